"""The words of a message, in a language: a title and a line for each notice. Of what the message contains alone: no database is asked, so
that whoever sends may say it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils import translation
from django.utils.translation import gettext

from subscriptions.choices import LISTING_KINDS, VIEW_KINDS, NoticeKind
from subscriptions.told.listing_wording import issue_of, listing_line
from subscriptions.told.operation_wording import operation_line

#: What is read at a glance; the rest is counted.
MOST_LINES = 30
#: Of one line, whatever a source wrote.
LONGEST_LINE = 500

Content = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class WordedMessage:
    """`more` is how many notices have no line."""

    title: str
    lines: list[str]
    more: int


def word_message(content: Content, language: str) -> WordedMessage:
    """What a message says to people."""
    with translation.override(language):
        notices = content["notices"]
        lines = [_bounded(_line(notice, language)) for notice in notices[:MOST_LINES]]
        return WordedMessage(_bounded(_title(content, lines)), lines, len(notices) - len(lines))


def _bounded(text: str) -> str:
    """One line, and not without end."""
    plain = " ".join(text.split())
    return plain if len(plain) <= LONGEST_LINE else plain[: LONGEST_LINE - 1] + "…"


def _line(notice: Mapping[str, Any], language: str) -> str:
    kind = notice["kind"]
    return listing_line(notice, language) if kind in LISTING_KINDS | VIEW_KINDS else operation_line(notice)


def _title(content: Content, lines: list[str]) -> str:
    notices, total = content["notices"], content["total"]
    if content["type"] == NoticeKind.TEST:
        return gettext("テスト送信: 届いていれば、この通知先の設定は完了です")
    title = _title_of_one(content, lines) if total == 1 else _title_of_many(content, total)
    if content["parts"] > 1:
        title = gettext("{title}（{part}/{parts}）").format(title=title, part=content["part"], parts=content["parts"])
    if content["is_history"] and notices[0]["kind"] != NoticeKind.REVISION:
        title = gettext("過去の補完: {title}").format(title=title)
    return title


def _title_of_one(content: Content, lines: list[str]) -> str:
    notice = content["notices"][0]
    if notice["kind"] not in LISTING_KINDS | VIEW_KINDS:
        return lines[0]
    label = NoticeKind(notice["kind"]).label
    text = gettext("取り消し: {issue} {label}") if notice["is_gone"] else gettext("{issue} {label}")
    return text.format(issue=issue_of(notice), label=label)


def _title_of_many(content: Content, total: int) -> str:
    if content["type"] == "digest":
        return gettext("前回からのまとめ {count:,} 件").format(count=total)
    day = content["date_in_force"]
    if content["type"] == "saved_view":
        text = (
            gettext("「{view}」の変化 {count:,} 件（{day} の一覧）")
            if day
            else gettext("「{view}」の変化 {count:,} 件")
        )
        return text.format(view=content["saved_view"], count=total, day=day)
    text = gettext("銘柄の変化 {count:,} 件（{day} の一覧）") if day else gettext("銘柄の変化 {count:,} 件")
    return text.format(count=total, day=day)
