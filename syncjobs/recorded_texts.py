"""Texts that the product itself writes into the database in Japanese, shown in the language of the page."""

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

#: Who asks for a run; what comes after a colon is a name.
BY_SCHEDULE, BY_ADMIN = "定期実行", "管理画面"

# Never read: it is here that the catalogues find what the migrations and the runs write.
_RECORDED = (
    _("定期実行"),
    _("管理画面"),
    _("上場銘柄一覧の同期"),
    _(
        "有効な J-Quants のデータソースから、その営業日の一覧を取り込みます。届くまで間隔を広げながら試し、"
        "抜けている営業日も契約プランの範囲で補います。"
    ),
    _(
        "翌営業日の一覧を前日に見せないデータソースから、その営業日の一覧を取り込みます。届くまで間隔を広げながら試し、"
        "抜けている営業日も契約プランの範囲で補います。"
    ),
    _("翌営業日の一覧の取得"),
    _(
        "翌営業日の一覧を前日の夕方に見せるデータソース（J-Quants の Light 以上）から、その一覧を暫定として取り込みます。"
        "提供元の公開は 17:30 ごろです。ほかのデータソースは「上場銘柄一覧の同期」の時刻に取り込みます。"
    ),
    _("翌営業日の一覧の確定"),
    _(
        "前日の夕方に取り込んだ暫定の一覧を、提供元の改訂（08:00 ごろ）のあとでもう一度取得して確定します。"
        "変わっていれば、訂正として取り込みます。"
    ),
    _("トークンの更新"),
    _("API V1 の ID トークンを、期限が切れる前に更新します。"),
    _("停止した同期の回収"),
    _("ワーカーの停止で途切れた同期を失敗として記録し、間隔を広げながら 1 日のあいだ再試行します。"),
    _("株価の更新"),
    _(
        "Yahoo Finance のデータソースが有効なら、設定した規模区分の銘柄の株価を更新します。"
        "株価は 20 分遅れで届くため、終値は 16:00 の回で揃います。"
    ),
    _("EDINET コード一覧の取得"),
    _(
        "EDINET のデータソースが有効なら、毎朝確かめ、前回から 1 週間たっていればコード一覧を取得します。"
        "変わっていなければ取り込みません。"
    ),
    _("月次の上場銘柄一覧の取得"),
    _(
        "毎月の一覧を公開する提供元（JPX）のデータソースが有効なら、第 3 営業日ごろから、前月末の一覧が届くまで確かめて取り込みます。"
        "届いたあとは、翌月まで問い合わせません。"
    ),
    _("履歴の検証"),
    _("保存されている履歴が一覧から導いたものと一致するかを、毎晩、前回の検証の続きから確かめます。"),
    _("古い配信の削除"),
    _("30 日より前の配信を、試行の記録とともに削除します。"),
    _("古い同期記録の削除"),
    _("1 年以上前に終わった同期の記録を削除します。取り込んだ一覧と履歴は残ります。"),
    _("確認されなかったアップロードの削除"),
    _("差分を確認しただけで 1 日置かれたファイルの内容を削除します。"),
)


def who(requester: str) -> str:
    """The name alone of a person at the admin; others, as keys, as they are recorded."""
    return requester.removeprefix(f"{BY_ADMIN}: ")


def show_recorded(text: str) -> str:
    """The text as it is to be shown; what somebody wrote themselves stays as it is."""
    if not text:
        return ""
    if (known := gettext(text)) != text:
        return known
    first, colon, name = text.partition(": ")
    return f"{gettext(first)}{colon}{name}"
