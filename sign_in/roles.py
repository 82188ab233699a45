"""The roles that come with the product, as people are told of them. What each may do is in the database, the administrators' own."""

from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _


class Role(NamedTuple):
    """What it is called, and what who has it may do."""

    label: str | Promise
    description: str | Promise


#: By the name of the group.
ROLES = {
    "analyst": Role(
        _("閲覧者"),
        _(
            "銘柄・イベント・履歴を見て、ファイルに保存します。自分用の読み取り API キーを作れます。データは変更できません。"
        ),
    ),
    "operator": Role(
        _("運用担当"),
        _(
            "閲覧者の範囲に加えて、同期の実行・中止・承認、ファイルの取込、定期実行の変更ができます。認証情報は変更できません。"
        ),
    ),
    "administrator": Role(
        _("管理者"),
        _(
            "運用担当の範囲に加えて、データソースと認証情報、すべての API キー、ユーザーを管理し、変更の記録を見られます。"
        ),
    ),
}


def label_of(name: str) -> str:
    """What a group is called; one that somebody made, by its name."""
    role = ROLES.get(name)
    return gettext("{label}（{name}）").format(label=role.label, name=name) if role else name


def description_of(name: str) -> str:
    """What who has it may do."""
    role = ROLES.get(name)
    return (
        str(role.description) if role else gettext("管理者が作ったグループです。できることはグループの画面にあります。")
    )
