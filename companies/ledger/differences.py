"""What a proof finds."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Difference:
    """One place where what is stored is not what follows from the entries; `code` is of the company, where it is one's."""

    subject: str
    stored: str
    derived: str
    code: str = ""

    def __str__(self) -> str:
        return f"{self.subject}: 保存値 {self.stored} / 導出値 {self.derived}"


def damaged_list(revisions: Any, name: str, sha256: str) -> Difference:
    """That the stored rows of a list are not those of its SHA-256; `revisions` are those that it came with or was taken back by."""
    number = revisions.order_by("number").values_list("number", flat=True).first()
    subject = f"改訂 {number} の{name}の内容" if number else f"{name.strip()}の内容"
    return Difference(subject, sha256[:12], "内容と一致しません。バックアップから復元してください")
