"""The admin's sidebar: what people come for first, set-up last. Everyone sees the entries they may open."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest
from django.urls import reverse_lazy
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


def _entry(title: str | Promise, icon: str, model: str) -> dict[str, Any]:
    app, name = model.split(".")
    return {
        "title": title,
        "icon": icon,
        "link": reverse_lazy(f"admin:{app}_{name}_changelist"),
        "permission": _may_view(f"{app}.view_{name}"),
    }


def _may_view(*permissions: str) -> Callable[[HttpRequest], bool]:
    """One of them is enough."""
    return lambda request: any(request.user.has_perm(permission) for permission in permissions)


SIDEBAR = {
    "show_search": True,
    "navigation": [
        {
            "title": _("銘柄"),
            "items": [
                {"title": _("ホーム"), "icon": "home", "link": reverse_lazy("admin:index")},
                _entry(_("銘柄一覧"), "list_alt", "companies.company"),
                _entry(_("上場イベント"), "event_note", "companies.listingevent"),
                _entry(_("ウォッチリスト"), "star", "subscriptions.watchlist"),
                _entry(_("保存した表示"), "bookmark", "subscriptions.savedview"),
                _entry(_("購読"), "notifications", "subscriptions.subscription"),
                _entry(_("通知先"), "send", "subscriptions.destination"),
                _entry(_("識別子"), "fingerprint", "companies.companyidentifier"),
                _entry(_("EDINET コード一覧"), "account_balance", "companies.issuerlist"),
                _entry(_("発行体"), "corporate_fare", "companies.issuer"),
                _entry(_("承継"), "family_history", "companies.succession"),
                {
                    "title": _("これからの上場・廃止"),
                    "icon": "upcoming",
                    "link": reverse_lazy("admin:companies_officialdate_coming"),
                    "permission": _may_view("companies.view_officialdate"),
                },
                _entry(_("公式の日"), "event_available", "companies.officialdate"),
                _entry(_("スナップショット"), "inventory_2", "companies.listingsnapshot"),
                _entry(_("取引カレンダー"), "calendar_month", "syncjobs.calendarday"),
                _entry(_("改訂"), "history", "companies.ledgerrevision"),
            ],
        },
        {
            "title": _("取込"),
            "items": [
                _entry(_("同期"), "sync", "syncjobs.syncrun"),
                _entry(_("一覧ファイルの取込"), "upload_file", "syncjobs.listupload"),
                _entry(_("EDINET コード一覧の取込"), "upload_file", "syncjobs.issuerlistupload"),
                _entry(_("定期実行"), "schedule", "django_celery_beat.periodictask"),
                _entry(_("データソース"), "cloud_sync", "datasources.datasource"),
            ],
        },
        {
            "title": _("マスター"),
            "items": [
                _entry(_("市場区分"), "storefront", "masters.market"),
                _entry(_("33業種"), "category", "masters.sector33"),
                _entry(_("17業種"), "category", "masters.sector17"),
            ],
        },
        {
            "title": _("管理"),
            "items": [
                {
                    "title": _("稼働状況"),
                    "icon": "monitor_heart",
                    "link": reverse_lazy("operations_state"),
                    "permission": _may_view("backups.view_backuprecord"),
                },
                _entry(_("バックアップ"), "backup", "backups.backuprecord"),
                {
                    **_entry(_("API キー"), "key", "api.apikey"),
                    "permission": _may_view("api.view_apikey", "api.own_apikey"),
                },
                {"title": _("API を使う"), "icon": "code", "link": reverse_lazy("developers")},
                _entry(_("変更の記録"), "manage_history", "sign_in.recordedchange"),
                _entry(_("ユーザー"), "person", "auth.user"),
                _entry(_("グループ"), "group", "auth.group"),
            ],
        },
    ],
}
