"""What can be done from the palette (Ctrl-K) beside going to a company or an entry of the sidebar. Everyone is offered what they may do."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

#: What it does in words, the name of the page where that is done, and the permissions of which one is needed.
COMMANDS = (
    (_("2 つの日を比べる"), "admin:companies_company_compare", ("companies.view_company",)),
    (_("月別のイベント件数を見る"), "admin:companies_listingevent_calendar", ("companies.view_listingevent",)),
    (_("同期を始める"), "admin:syncjobs_syncrun_add", ("syncjobs.operate_sync",)),
    (_("一覧ファイルを取り込む"), "admin:syncjobs_listupload_add", ("syncjobs.import_list",)),
    (_("EDINET コード一覧を取り込む"), "admin:syncjobs_issuerlistupload_add", ("syncjobs.import_list",)),
    (_("購読を追加する"), "admin:subscriptions_subscription_add", ("subscriptions.add_subscription",)),
    (_("通知先を追加する"), "admin:subscriptions_destination_add", ("subscriptions.add_destination",)),
    (_("データソースを登録する"), "admin:datasources_datasource_add", ("datasources.add_datasource",)),
    (_("API キーを作る"), "admin:api_apikey_add", ("api.add_apikey", "api.own_apikey")),
    (_("ユーザーを追加する"), "admin:auth_user_add", ("auth.add_user",)),
    (_("パスワードを変更する"), "admin:password_change", ()),
    (_("二段階認証を設定する"), "second_factor", ()),
)


def palette_commands(request: HttpRequest) -> dict[str, Any]:
    """The theme's callback for every page of the admin."""
    if not request.user.is_staff:
        return {}
    offered = [
        (str(title), reverse(name))
        for title, name, permissions in COMMANDS
        if not permissions or any(map(request.user.has_perm, permissions))
    ]
    return {
        "palette_commands": [
            *offered,
            (gettext("API を使う"), reverse("developers")),
            (gettext("API の説明を読む"), reverse("docs")),
        ]
    }
