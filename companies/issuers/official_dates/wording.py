"""What an import of official days did, and why it was refused, in words."""

from django.utils.translation import gettext

from companies.issuers.official_dates.errors import OfficialDatesHeld, OfficialDayTwice
from companies.issuers.official_dates.importing import ImportedDates


def describe_import(done: ImportedDates) -> str:
    """In numbers."""
    text = gettext("記録 {recorded:,} 件、取り下げ {withdrawn:,} 件、変更なし {unchanged:,} 件").format(
        recorded=len(done.recorded), withdrawn=len(done.withdrawn), unchanged=done.unchanged
    )
    if done.contradicted:
        text += gettext("、近い日が既にあるため取り込まない {count:,} 件").format(count=len(done.contradicted))
    return text if done.revision is None else text + gettext("（改訂 {number}）").format(number=done.revision)


def explain_refusal(error: OfficialDayTwice | OfficialDatesHeld) -> str:
    """With the remedy."""
    if isinstance(error, OfficialDayTwice):
        return gettext("コード {code} の {day} が、異なる内容で 2 回あります。1 行にしてください。").format(
            code=error.code, day=error.official_on
        )
    return gettext(
        "前に取り込んだ {known:,} 件のうち {missing:,} 件がありません。ページが途中で切れているかもしれません。"
        "正しければ --force で取り込めます。"
    ).format(known=error.known, missing=error.missing)
