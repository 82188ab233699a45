"""The closed lists of telling others: where to, of what, when, and how it stands."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from companies.choices import EventType
from wording.coloured_choices import Colour, ColouredChoices


class Channel(models.TextChoices):
    """How something is told."""

    WEBHOOK = "webhook", "Webhook"
    MAIL = "mail", _("メール")
    CHAT = "chat", _("チャット（Slack・Teams など）")
    ATOM = "atom", _("Atom フィード")


class DestinationStatus(ColouredChoices):
    """Whether anything is sent there. Only what is `ACTIVE` gets anything; for `PAUSED` it waits."""

    UNCONFIRMED = "unconfirmed", Colour.INFO, _("確認待ち")
    ACTIVE = "active", Colour.SUCCESS, _("有効")
    PAUSED = "paused", Colour.WARNING, _("停止中")
    ENDED = "ended", Colour.DANGER, _("終了")


class PauseReason(models.TextChoices):
    """Why nothing is sent."""

    BY_PERSON = "by_person", _("手動で停止")
    KEEPS_FAILING = "keeps_failing", _("3 日間送れませんでした")
    GONE = "gone", _("受信側が終了を知らせました（410 Gone、または存在しない宛先）")


class Timing(models.TextChoices):
    """When."""

    AT_ONCE = "at_once", _("すぐに")
    DAILY = "daily", _("1 日 1 回まとめて")


class NoticeKind(ColouredChoices):
    """What may be told. Those of listings first, named as the events themselves; then a saved view's; then the operation's."""

    LISTED = EventType.LISTED.value, EventType.LISTED.colour, EventType.LISTED.label
    DELISTED = EventType.DELISTED.value, EventType.DELISTED.colour, EventType.DELISTED.label
    RELISTED = EventType.RELISTED.value, EventType.RELISTED.colour, EventType.RELISTED.label
    RENAMED = EventType.RENAMED.value, EventType.RENAMED.colour, EventType.RENAMED.label
    MARKET_CHANGED = EventType.MARKET_CHANGED.value, EventType.MARKET_CHANGED.colour, EventType.MARKET_CHANGED.label
    SECTOR_CHANGED = EventType.SECTOR_CHANGED.value, EventType.SECTOR_CHANGED.colour, EventType.SECTOR_CHANGED.label
    SCALE_CHANGED = EventType.SCALE_CHANGED.value, EventType.SCALE_CHANGED.colour, EventType.SCALE_CHANGED.label
    MARGIN_CHANGED = EventType.MARGIN_CHANGED.value, EventType.MARGIN_CHANGED.colour, EventType.MARGIN_CHANGED.label
    PRODUCT_CHANGED = EventType.PRODUCT_CHANGED.value, EventType.PRODUCT_CHANGED.colour, EventType.PRODUCT_CHANGED.label
    OFFICIAL_DATE = "official_date", Colour.INFO, _("上場日・廃止日の発表")
    SUCCESSION = "succession", Colour.INFO, _("承継の確認")
    VIEW_ENTERED = "view_entered", Colour.SUCCESS, _("保存した表示に入った")
    VIEW_LEFT = "view_left", Colour.WARNING, _("保存した表示から出た")
    REVISION = "revision", Colour.DEFAULT, _("台帳の改訂（複製を保つシステム向け）")
    RUN_FAILED = "run_failed", Colour.DANGER, _("同期の失敗")
    REVIEW_NEEDED = "review_needed", Colour.WARNING, _("確認が必要な同期")
    LIST_TOO_OLD = "list_too_old", Colour.WARNING, _("一覧が古い")
    SOURCE_ENDING = "source_ending", Colour.WARNING, _("データソースの契約・認証の期限")
    KEY_ENDING = "key_ending", Colour.WARNING, _("API キーの期限")
    PROOF_FAILED = "proof_failed", Colour.DANGER, _("履歴の検証で相違")
    DIFFERENCE_FOUND = "difference_found", Colour.WARNING, _("公式の日との新しい相違")
    # Told without being asked for, to whom it concerns.
    DESTINATION_PAUSED = "destination_paused", Colour.DANGER, _("通知先の停止")
    SUBSCRIPTION_ENDED = "subscription_ended", Colour.DANGER, _("購読の停止")
    TEST = "test", Colour.DEFAULT, _("テスト送信")


#: Of listings; a watch list and markets narrow them.
LISTING_KINDS = frozenset([*map(NoticeKind, EventType.values), NoticeKind.OFFICIAL_DATE, NoticeKind.SUCCESSION])
#: Of the issues of a saved view.
VIEW_KINDS = frozenset([NoticeKind.VIEW_ENTERED, NoticeKind.VIEW_LEFT])
#: For who operates the product; each wants the right to see what it is of.
OPERATION_KINDS = frozenset(
    [
        NoticeKind.RUN_FAILED, NoticeKind.REVIEW_NEEDED, NoticeKind.LIST_TOO_OLD, NoticeKind.SOURCE_ENDING, NoticeKind.KEY_ENDING,
        NoticeKind.PROOF_FAILED, NoticeKind.DIFFERENCE_FOUND,
    ]
)  # fmt: skip
#: What nobody asks for.
UNASKED_KINDS = frozenset([NoticeKind.DESTINATION_PAUSED, NoticeKind.SUBSCRIPTION_ENDED, NoticeKind.TEST])
#: What a subscription may ask for.
SUBSCRIBED_KINDS = tuple(kind for kind in NoticeKind if kind not in UNASKED_KINDS)


class InactiveReason(models.TextChoices):
    """Why a subscription tells nothing any more."""

    BY_PERSON = "by_person", _("手動で停止")
    VIEW_UNREADABLE = "view_unreadable", _("保存した表示の条件を読めなくなりました")
    VIEW_NOT_SHARED = "view_not_shared", _("保存した表示が共有されなくなりました")
    RIGHTS_LOST = "rights_lost", _("保存した表示の一覧を見る権限がなくなりました")


class DeliveryStatus(ColouredChoices):
    """How a delivery stands. It moves from `WAITING` to one of the others, and never back."""

    WAITING = "waiting", Colour.INFO, _("送信待ち")
    DELIVERED = "delivered", Colour.SUCCESS, _("送信済み")
    SKIPPED = "skipped", Colour.DEFAULT, _("送らない")
