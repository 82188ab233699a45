"""What a proof finds."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Difference:
    """One place where what is stored is not what follows from the entries; `code` is of the company, where it is one's."""

    subject: str
    stored: str
    derived: str
    code: str = ""

    def __str__(self) -> str:
        return f"{self.subject}: 保存値 {self.stored} / 導出値 {self.derived}"
