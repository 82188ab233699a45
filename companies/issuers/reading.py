"""The reading of a filer's name, without its company form. Pure."""

import re

from companies.ledger.history import comparable_name

# As they are filed: ガ or カ, small kana written large, letters left out or turned round (カブキシガイシャ, カプシキガイシヤ).
_FORMS = (
    "カ[ブプ][シキ]{1,2}[ガカ]イシ[ャヤ]|ユウ?ゲン[ガカ]イシ[ャヤ]|ゴウドウ[ガカ]イシ[ャヤ]|ゴウシ[ガカ]イシ[ャヤ]|ゴウメイ[ガカ]イシ[ャヤ]"
    "|トクシ[ュユ][ガカ]イシ[ャヤ]|ソウゴ[ガカ]イシ[ャヤ]"
)
_AT_AN_END = re.compile(rf"^(?:{_FORMS})[\s・]*|[\s・]*(?:{_FORMS})$")


def reading_without_form(reading: str) -> str | None:
    """`カブシキガイシャ　サカタノタネ` → `サカタノタネ`. `None` where nothing is said; a reading that is nothing but a form stays."""
    plain = comparable_name(reading)
    return _AT_AN_END.sub("", plain).strip() or plain or None
