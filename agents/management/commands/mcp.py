"""`manage.py mcp`: the tools for agents over stdio, for a program that starts this command."""

import os
from argparse import ArgumentParser
from contextlib import suppress
from typing import Any

import orjson
from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.core.management.base import BaseCommand, CommandError

from agents.calls import admit
from agents.stdio import caller_on_this_machine, serve_stdio
from api.front.application import Front
from api.key_uses import key_uses

_VARIABLE = "MEIGARA_API_KEY"


class Command(BaseCommand):
    """Exit code 1 and REST's own words where the key is not let in."""

    help = (
        "AI エージェント向けのツール（MCP）を標準入出力で提供します。起動したプログラムが入力を閉じるまで動きます。"
        f"API キーは環境変数 {_VARIABLE} で指定してください。HTTP では /mcp で同じツールを使えます。"
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--language",
            choices=list(dict(settings.LANGUAGES)),
            default=settings.LANGUAGE_CODE,
            help="エラーの言語（既定: ja）",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        key = os.environ.get(_VARIABLE, "").strip()
        if not key:
            raise CommandError(f"環境変数 {_VARIABLE} に API キー（スコープ read）を指定してください。")
        rest, caller = Front(WSGIHandler()), caller_on_this_machine(key, options["language"])
        answer = admit(rest, "initialize", caller)
        if answer.status != 200:
            raise CommandError(orjson.loads(answer.body)["error"]["message"])
        key_uses.keep_telling()
        with suppress(KeyboardInterrupt):
            serve_stdio(rest, caller)
        key_uses.tell()
