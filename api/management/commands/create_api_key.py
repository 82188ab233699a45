"""`manage.py create_api_key NAME`: a key for a program that reads the API."""

from argparse import ArgumentParser, ArgumentTypeError
from datetime import date, datetime, time
from typing import Any

from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from api.keys import create_api_key
from api.models import Scope
from sign_in.models import ChangeKind
from sign_in.recording import record_change


class Command(BaseCommand):
    """Prints the key, which cannot be shown again."""

    help = "API キーを作成して表示します（表示は一度だけ）。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", help="キーの名前（用途や利用者）")
        parser.add_argument(
            "--scope", action="append", choices=Scope.values, help="権限（複数可、既定: read）", dest="scopes"
        )
        parser.add_argument(
            "--rate-limit", type=_positive, default=1000, help="1 時間あたりの上限（既定: 1000）", metavar="N"
        )
        parser.add_argument(
            "--user", type=_person, metavar="NAME", help="キーが代わりに動く人（権限 subscribe に必要。既定: なし）"
        )
        parser.add_argument("--expires-on", type=date.fromisoformat, help="最終日（この日の終わりまで有効、日本時間）")

    def handle(self, *args: Any, **options: Any) -> None:
        last_day: date | None = options["expires_on"]
        expires_at = timezone.make_aware(datetime.combine(last_day, time.max)) if last_day else None
        scopes = options["scopes"] or [Scope.READ]
        person: User | None = options["user"]
        if Scope.SUBSCRIBE in scopes and person is None:
            raise CommandError(
                "権限 subscribe のキーには --user で人を指定してください。その人の通知先と購読を管理します。"
            )
        key, plain = create_api_key(
            name=options["name"], scopes=scopes, expires_at=expires_at, rate_limit_per_hour=options["rate_limit"],
            created_by=person,
        )  # fmt: skip
        values: dict[str, list[Any]] = {"name": [None, key.name], "scopes": [None, sorted(key.scopes)]}
        record_change(key, ChangeKind.ADDED, person="manage.py create_api_key", values=values)
        self.stderr.write(f"「{key.name}」を作成しました。次のキーは二度と表示されません。")
        self.stdout.write(plain)


def _person(name: str) -> User:
    found = User.objects.filter(username=name, is_active=True, is_staff=True).first()
    if found is None:
        raise ArgumentTypeError(f"「{name}」という、ログインできるユーザーはいません。")
    return found


def _positive(text: str) -> int:
    number = int(text)
    if not 1 <= number < 2**31:
        raise ArgumentTypeError("1 以上の整数を指定してください。")
    return number
