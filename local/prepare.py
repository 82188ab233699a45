"""Makes a database ready for a person to try: tables, an administrator, an API key, two real lists.

One process for everything, because starting Django several times is what would make `make run` slow.
"""

import logging
import os
import secrets
from importlib.util import find_spec
from pathlib import Path

import django

django.setup()

from django.contrib.auth import get_user_model  # noqa: E402 models need the setup above
from django.core.management import call_command  # noqa: E402

from api.keys import create_api_key, find_api_key, forget_after_commit  # noqa: E402
from companies.models import ListingSnapshot  # noqa: E402
from datasources.providers import provider_of  # noqa: E402
from datasources.source_setup import ensure_sources_from_environment  # noqa: E402
from local.embedded import read_private, write_private  # noqa: E402
from local.places import LOCAL  # noqa: E402
from local.static_files import collect_static_files  # noqa: E402
from syncjobs.list_files import import_list, read_list_file  # noqa: E402

_ADMIN = "admin"
_KEY_SCOPES = ["read", "sync", "subscribe"]
# The package tokyo-stock-exchange carries JPX's lists of 2024-02-29 and 2024-03-29.
_SAMPLES = ("tse20240229.csv", "tse.csv")


def prepare(*, base_url: str) -> None:
    """Bring the database up to date and write `.local/credentials.json`. A second run changes nothing."""
    logging.disable(logging.INFO)
    collect_static_files()
    print("データベースを準備しています…", flush=True)
    call_command("migrate", verbosity=0, interactive=False)
    path = LOCAL / "credentials.json"
    kept = {name: str(value) for name, value in read_private(path).items()}
    credentials = {
        "base_url": base_url,
        "admin_user": _ADMIN,
        "admin_password": _ensure_administrator(kept.get("admin_password", "")),
        "api_key": _ensure_api_key(kept.get("api_key", "")),
        "metrics_token": os.environ.get("METRICS_TOKEN", ""),
    }
    write_private(path, credentials)
    for source in ensure_sources_from_environment():
        print(
            f"{provider_of(source).environment_variables[0]} からデータソース「{source.name}」を作成しました。",
            flush=True,
        )
    if not ListingSnapshot.objects.exists():
        _import_samples()


def _ensure_administrator(password: str) -> str:
    user, is_new = get_user_model().objects.get_or_create(
        username=_ADMIN, defaults={"is_staff": True, "is_superuser": True}
    )
    if is_new or not password or not user.check_password(password):
        password = secrets.token_urlsafe(15)
        user.set_password(password)
        user.save(update_fields=["password"])
    return password


def _ensure_api_key(plain: str) -> str:
    administrator = get_user_model().objects.get(username=_ADMIN)
    key = find_api_key(plain) if plain else None
    if key is None:
        return create_api_key(name="make run", scopes=_KEY_SCOPES, created_by=administrator)[1]
    if key.created_by is None and sorted(key.scopes) == ["read", "sync"]:
        # As the release before made it.
        key.scopes, key.created_by = _KEY_SCOPES, administrator
        key.save(update_fields=["scopes", "created_by"])
        forget_after_commit(key)
    return plain


def _import_samples() -> None:
    spec = find_spec("tokyo_stock_exchange")
    if spec is None or spec.origin is None:
        print("サンプルの銘柄一覧（tokyo-stock-exchange）がないため、空のまま始めます。", flush=True)
        return
    for name in _SAMPLES:
        listing = read_list_file((Path(spec.origin).parent / name).read_bytes())
        result = import_list(listing).result
        print(f"サンプル: {result.date_in_force} の一覧 {result.total:,} 件を取り込みました。", flush=True)


if __name__ == "__main__":
    prepare(base_url=os.environ["MEIGARA_BASE_URL"])
