"""Command line of the local services: `python -m local run | exec [--test] -- COMMAND… | manage ARGUMENTS…`."""

import argparse
import os
import signal
import subprocess
import sys
from collections.abc import Sequence

from local.embedded import local_services
from local.errors import LocalServiceError
from local.places import PROJECT
from local.processes import die_with_parent
from local.run import run
from local.settings_for_children import children_environment
from local.termination import exit_if_terminated, exit_when_terminated


def main(arguments: Sequence[str]) -> int:
    """Do what the command line says and return its exit code."""
    parser = argparse.ArgumentParser(prog="python -m local", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("run", help="全体を起動する")
    execute = commands.add_parser("exec", help="ローカルサービスを使ってコマンドを実行する")
    execute.add_argument("--test", action="store_true", help="テスト専用のサービスを使う")
    execute.add_argument("words", nargs=argparse.REMAINDER, metavar="COMMAND")
    manage = commands.add_parser("manage", help="manage.py のコマンドを実行する")
    manage.add_argument("words", nargs=argparse.REMAINDER, metavar="ARGUMENTS")
    options = parser.parse_args(arguments)
    exit_when_terminated()
    try:
        if options.command == "run":
            return run()
        words = options.words[1:] if options.words[:1] == ["--"] else options.words
        if options.command == "manage":
            words = [sys.executable, str(PROJECT / "manage.py"), *words]
            # A command says itself what it did; log lines between its own would only hide that.
            os.environ.setdefault("LOG_LEVEL", "WARNING")
        if not words:
            parser.error("COMMAND がありません")
        return execute_command(words, is_test=getattr(options, "test", False))
    except LocalServiceError as error:
        print(f"エラー: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 128 + signal.SIGINT


def execute_command(words: Sequence[str], *, is_test: bool) -> int:
    """Run a program on the local services and return its exit code."""
    with local_services(os.environ, is_test=is_test) as urls:
        try:
            # Killed without warning, we must not leave a program behind that uses services about to stop.
            process = subprocess.Popen(
                words,
                env=children_environment(urls),
                preexec_fn=die_with_parent(signal.SIGTERM),  # noqa: PLW1509 no threads run here
            )
        except OSError as error:
            raise LocalServiceError(f"{words[0]} を実行できません（{error.strerror}）。") from error
        try:
            exit_if_terminated()
            code = process.wait()
        except KeyboardInterrupt:
            # The terminal sent Ctrl-C to the program as well: let it finish its own way.
            code = process.wait()
        except SystemExit:
            process.terminate()
            process.wait()
            raise
    return 128 - code if code < 0 else code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
