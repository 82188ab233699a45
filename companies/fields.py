"""What lists say of an issue, a field at a time: the one table from which the rest of the product derives. Pure.

Rows and versions, filters and parameters, answers and their schema, files, the admin's columns and filters, the wording of
changes, and what the ledger refuses or holds go through this table. What is about one field names it: search by names and
sizes, the order of the API's list, the figures of the first page. A field is also an attribute of `ListedIssue`, whose order
is that of the ledger, a column of the tables (`companies.models`), and stands in the view of events.
"""

from dataclasses import dataclass


def N_(text: str) -> str:  # noqa: N802 the name by which Babel finds what is to be translated
    """Marks a text that is translated where it is shown."""
    return text


@dataclass(frozen=True, slots=True, kw_only=True)
class CompanyField:
    """A field whose changes make history. Texts are in Japanese, for gettext.

    name: in `ListedIssue`, the answers, the parameters and the `changes` of an event; of the tables' columns.
    short_name: in the admin's addresses; where `has_master`, also the relation to the master and its model.
    label: what people call it.
    event: the kind of event that a change of it makes (`companies.choices.EventType`).
    is_required: whether every row of a list has to say it.
    is_name: whether it is written in letters that may be spelt in several ways (`companies.letters`).
    told_name: the field of the answers that has the name of its code.
    longest: how many characters it may have; of `told_name` in a list, `longest_name`.
    form: a regular expression that its values fulfil, and `form_words`, which say the same.
    asked_as: a regular expression of what may be asked for; without it, it is no parameter. `help_text` is the parameter's.
    example: a value, and the name that goes with it.
    """

    name: str
    short_name: str
    label: str
    event: str
    is_required: bool = False
    is_name: bool = False
    has_master: bool = False
    told_name: str = ""
    longest: int | None = None
    longest_name: int | None = None
    form: str = ""
    form_words: str = ""
    asked_as: str = ""
    help_text: str = ""
    example: str = ""
    example_name: str = ""

    @property
    def attribute(self) -> str:
        """Of a model: the relation to the master, or the value itself."""
        return self.short_name if self.has_master else self.name

    @property
    def column(self) -> str:
        """Of a list in the admin: never the name of a model's field, which it would show instead."""
        return f"{self.short_name}_name" if self.has_master else self.short_name

    @property
    def path(self) -> str:
        """From a model to the value."""
        return f"{self.short_name}_id" if self.has_master else self.name


# A code that was never seen before is no fault, neither in a list nor in a question; one of another form is.
_CODE = r"[0-9A-Za-z]{1,8}"
#: Names: two or three times the longest of all lists since 2017 (73).
_LONGEST_NAME = 200
#: The masters' own columns.
_LONGEST_MASTER_NAME = 100

#: In the order in which people read them.
COMPANY_FIELDS = (
    CompanyField(
        name="company_name", short_name="name", label=N_("銘柄名"), event="renamed", is_required=True, is_name=True,
        longest=_LONGEST_NAME, example="トヨタ自動車",
    ),
    CompanyField(
        name="company_name_english", short_name="english_name", label=N_("英語名"), event="renamed", is_name=True,
        longest=_LONGEST_NAME, example="TOYOTA MOTOR CORPORATION",
    ),
    CompanyField(
        name="market_code", short_name="market", label=N_("市場区分"), event="market_changed", has_master=True,
        told_name="market_name", longest_name=_LONGEST_MASTER_NAME, form="[0-9A-Z]{4}",
        form_words=N_("市場区分のコード（4 桁）"), asked_as=_CODE, help_text="市場区分コード（例: 0111,0112）",
        example="0111", example_name="プライム",
    ),
    CompanyField(
        name="sector33_code", short_name="sector33", label=N_("33業種"), event="sector_changed", has_master=True,
        told_name="sector33_name", longest_name=_LONGEST_MASTER_NAME, form="[0-9A-Z]{4}",
        form_words=N_("33業種のコード（4 桁）"), asked_as=_CODE, help_text="33業種コード",
        example="3700", example_name="輸送用機器",
    ),
    CompanyField(
        name="sector17_code", short_name="sector17", label=N_("17業種"), event="sector_changed", has_master=True,
        told_name="sector17_name", longest_name=_LONGEST_MASTER_NAME, form="[0-9A-Z]{1,2}",
        form_words=N_("17業種のコード（1 桁または 2 桁）"), asked_as=_CODE, help_text="17業種コード",
        example="6", example_name="自動車・輸送機",
    ),
    CompanyField(
        name="scale_category", short_name="scale", label=N_("規模区分"), event="scale_changed", longest=50,
        asked_as=r"[0-9A-Za-z-](?:[0-9A-Za-z -]{0,48}[0-9A-Za-z-])?", help_text="規模区分（例: TOPIX Core30）",
        example="TOPIX Core30",
    ),
    CompanyField(
        name="margin_code", short_name="margin", label=N_("信用区分"), event="margin_changed", told_name="margin_name",
        form="[0-9A-Z]", form_words=N_("信用区分のコード（1 桁）"), asked_as=_CODE, help_text="信用区分コード",
        example="2", example_name="貸借",
    ),
    CompanyField(
        name="product_category", short_name="product", label=N_("商品区分"), event="product_changed",
        form="[0-9A-Z]{3}", form_words=N_("商品区分のコード（3 桁）"), asked_as=_CODE, help_text="商品区分コード",
        example="011",
    ),
)  # fmt: skip
FIELD_BY_NAME = {field.name: field for field in COMPANY_FIELDS}
