"""The admin's sidebar: what people come for first, set-up last. Everyone sees the entries they may open."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest
from django.urls import reverse_lazy


def _entry(title: str, icon: str, model: str) -> dict[str, Any]:
    app, name = model.split(".")
    return {
        "title": title,
        "icon": icon,
        "link": reverse_lazy(f"admin:{app}_{name}_changelist"),
        "permission": _may_view(f"{app}.view_{name}"),
    }


def _may_view(permission: str) -> Callable[[HttpRequest], bool]:
    return lambda request: bool(request.user.has_perm(permission))


SIDEBAR = {
    "show_search": True,
    "navigation": [
        {
            "title": "銘柄",
            "items": [
                {"title": "ホーム", "icon": "home", "link": reverse_lazy("admin:index")},
                _entry("銘柄一覧", "list_alt", "companies.company"),
                _entry("上場イベント", "event_note", "companies.listingevent"),
                _entry("スナップショット", "inventory_2", "companies.listingsnapshot"),
            ],
        },
        {
            "title": "取込",
            "items": [
                _entry("同期", "sync", "syncjobs.syncrun"),
                _entry("一覧ファイルの取込", "upload_file", "syncjobs.listupload"),
                _entry("定期実行", "schedule", "django_celery_beat.periodictask"),
                _entry("データソース", "cloud_sync", "datasources.datasource"),
            ],
        },
        {
            "title": "マスター",
            "items": [
                _entry("市場区分", "storefront", "masters.market"),
                _entry("33業種", "category", "masters.sector33"),
                _entry("17業種", "category", "masters.sector17"),
            ],
        },
        {
            "title": "管理",
            "items": [
                _entry("API キー", "key", "api.apikey"),
                _entry("ユーザー", "person", "auth.user"),
                _entry("グループ", "group", "auth.group"),
            ],
        },
    ],
}
