"""How a part does, as people are told."""

from django.utils.translation import gettext_lazy as _

from wording.coloured_choices import Colour, ColouredChoices


class PartState(ColouredChoices):
    """What `operations.health.State` says, and what is known beside."""

    OK = "ok", Colour.SUCCESS, _("正常")
    UNAVAILABLE = "unavailable", Colour.DANGER, _("応答なし")
    READ_ONLY = "read_only", Colour.DANGER, _("書き込み不可")
    FULL = "full", Colour.DANGER, _("空きなし")
    NO_CONNECTIONS = "no_connections", Colour.DANGER, _("接続数の上限")
    BUSY = "busy", Colour.WARNING, _("混雑")
    BEHIND = "behind", Colour.WARNING, _("遅れ")
    WRONG = "wrong", Colour.DANGER, _("相違あり")
    UNKNOWN = "unknown", Colour.WARNING, _("未確認")


#: What it is, how it does, and more of it in words.
Row = tuple[str, PartState, str]
