"""JPX's saved pages of delisted issues and of new listings."""

from datetime import date

import pytest

from companies.issuers.official_dates.rows import Coverage, OfficialDay
from datasources.errors import ListFileError
from datasources.jpx.official_file import read_official_file
from datasources.official_files import OfficialFile

TODAY = date(2026, 2, 1)
HEADINGS = ("上場廃止日", "銘柄名", "コード", "市場区分", "上場廃止理由")


def read(content: bytes | str) -> OfficialFile:
    return read_official_file(content.encode() if isinstance(content, str) else content, today=TODAY)


def row(*cells: str, tag: str = "td") -> str:
    return "<tr>" + "".join(f"<{tag}>{cell}</{tag}>" for cell in cells) + "</tr>\n"


def page(*rows: str, headings: tuple[str, ...] = HEADINGS) -> str:
    head = '<!DOCTYPE html>\n<html lang="ja"><head><title>上場廃止銘柄一覧</title></head><body>\n'
    return f"{head}<table><tbody>\n{row(*headings, tag='th')}{''.join(rows)}</tbody></table>\n</body></html>\n"


def one(day: str = "2026/03/05", name: str = "甲", code: str = "1234") -> str:
    return row(day, name, code, "プライム", "完全子会社化")


KO = OfficialDay("1234", "delisted", date(2026, 3, 5), "完全子会社化", None, "甲", "プライム")


def test_a_page_tells_days_with_reasons_and_is_complete_for_its_year() -> None:
    file = read(page(one(), row("2026/01/20", "乙", "130A", "グロース", "-")))

    assert file.days == [KO, OfficialDay("130A", "delisted", date(2026, 1, 20), None, None, "乙", "グロース")]
    assert file.covers == [Coverage("delisted", date(2026, 1, 1), date(2026, 12, 31))]
    assert (file.origin, file.warnings) == ("JPX", [])


def test_a_page_that_reaches_over_the_turn_of_a_year_is_complete_from_its_first_day_on() -> None:
    file = read(page(one("2025/12/20"), one("2026/03/05", code="1235")))

    assert file.covers == [Coverage("delisted", date(2025, 12, 20), date(2026, 12, 31))]


@pytest.mark.parametrize(
    "written",
    [
        "2026/03/05", "2026/3/5", "2026年3月5日", "２０２６年３月５日", "2026-03-05", "2026.03.05", "20260305",
        " 2026/03/05 ", "2026/03/05<br>（注1）", "2026年3月5日（木）", "<p>2026/03/05</p>", "2026/03/05※", "<b>2026</b>/03/05",
    ],
)  # fmt: skip
def test_a_day_is_read_in_every_form_that_pages_use(written: str) -> None:
    assert read(page(one(written))).days[0].official_on == date(2026, 3, 5)


@pytest.mark.parametrize(
    ("written", "read_as"),
    [
        ("1234", "1234"), ("１２３４", "1234"), ("130a", "130A"), ("25935", "25935"), ("72030", "7203"), ("1234（注）", "1234"),
        ("<a href='x'>1234</a>", "1234"), ("<span id='1234'>1234</span>", "1234"), ("1234.0", "1234"),
    ],
)  # fmt: skip
def test_a_code_is_read_as_it_is_stored(written: str, read_as: str) -> None:
    assert [day.code for day in read(page(one(code=written))).days] == [read_as]


def test_two_classes_of_shares_in_one_row_are_two_days() -> None:
    assert [day.code for day in read(page(one(code="2593<br>25935"))).days] == ["2593", "25935"]


def test_columns_are_found_by_name_whatever_their_order_and_number() -> None:
    headings = ("No.", "コード", "上場廃止<br>理由", "銘柄名", "市場区分（注）", "上場廃止日")
    content = page(row("1", "1234", "完全子会社化", "甲", "プライム", "2026/03/05"), headings=headings)

    assert read(content).days == [KO]


def test_entities_nested_tags_and_tables_for_layout_make_no_difference() -> None:
    inner = page(one(name="<p><span>甲&amp;乙</span></p>")).replace("<table>", "<table><tr><td><table>", 1)

    [day] = read(inner.replace("</table>", "</table></td></tr></table>", 1)).days

    assert day.company_name == "甲&乙"


def test_a_day_that_spans_the_rows_of_several_issues_is_of_each() -> None:
    content = page(
        '<tr><td rowspan="3">2026/03/05</td><td>甲</td><td>1234</td><td>プライム</td><td>完全子会社化</td></tr>',
        row("乙", "1235", "プライム", "完全子会社化"),
        row("丙", "1236", "プライム", "完全子会社化"),
        one("2026/03/06", code="1237"),
    )

    assert [(day.code, day.official_on.day) for day in read(content).days] == [
        ("1234", 5), ("1235", 5), ("1236", 5), ("1237", 6),
    ]  # fmt: skip


def test_shift_jis_and_a_byte_order_mark_are_read_too() -> None:
    content = page(one(name="甲・髙"))

    assert read(content.encode("cp932")).days[0].company_name == "甲・髙"
    assert read(content.encode("utf-8-sig")).days[0].company_name == "甲・髙"


NEW_HEADER = (
    '<tr><th rowspan="2">上場日<br>（上場承認日）</th><th>会社名</th><th>コード</th><th>会社概要</th></tr>'
    "<tr><th>市場区分</th><th>仮条件</th><th>公開価格</th></tr>"
)


def new_listing(code: str, day: str = "2026/03/10<br>（2026/02/05）") -> str:
    return (
        f'<tr><td rowspan="2">{day}</td><td>甲野（株）<br>代表者 甲野 花子</td><td><span id="{code}">{code}</span></td>'
        "<td>PDF</td></tr>\n<tr><td>グロース</td><td>1,200</td><td>-</td></tr>\n"
    )


def new_page(*issues: str) -> str:
    return f"<html><body><table><thead>{NEW_HEADER}</thead><tbody>{''.join(issues)}</tbody></table></body></html>"


def test_a_page_of_new_listings_has_one_issuer_on_two_rows() -> None:
    file = read(new_page(new_listing("140A"), new_listing("141A", "2026/03/11<br>（2026/02/06）")))

    assert file.days == [
        OfficialDay("140A", "listed", date(2026, 3, 10), None, date(2026, 2, 5), "甲野(株)".replace("(", "（").replace(")", "）"), "グロース"),
        OfficialDay("141A", "listed", date(2026, 3, 11), None, date(2026, 2, 6), "甲野（株）", "グロース"),
    ]  # fmt: skip
    assert file.covers == [Coverage("listed", date(2026, 1, 1), date(2026, 12, 31))]


def test_two_rows_under_two_rows_of_header_without_spans_are_one_issuer_too() -> None:
    header = row("上場日", "会社名", "コード", tag="th") + row("（上場承認日）", "市場区分", "", tag="th")
    rows = row("2026/03/10", "甲", "140A") + row("（2026/02/05）", "グロース", "")
    content = f"<html><body><table>{header}{rows}{rows.replace('140A', '141A')}</table></body></html>"

    assert [(day.code, day.market) for day in read(content).days] == [("140A", "グロース"), ("141A", "グロース")]


def test_a_listing_whose_day_is_not_fixed_is_left_out_in_words() -> None:
    file = read(new_page(new_listing("140A"), new_listing("141A", "未定")))

    assert [day.code for day in file.days] == ["140A"]
    assert "141A" in file.warnings[0]


def test_a_note_over_all_columns_and_a_repeated_header_are_no_issues() -> None:
    note = '<tr><td colspan="5">（注）予定を含みます。</td></tr>'

    assert read(page(one(), note, row(*HEADINGS, tag="th"), one(code="1235"))).days[1].code == "1235"


@pytest.mark.parametrize(
    ("broken", "told"),
    [
        (one("2026-02-30"), "5 行目「上場廃止日」: 「2026-02-30」という日はありません。"),
        (one("令和8年3月5日"), "「令和8年3月5日」を日付として読めません"),
        (one("2026/03/05 2026/03/12"), "日付が 2 つ以上"),
        (one("2099/03/05"), "ありえません"),
        (one(code="12345678"), "5 行目「コード」: 「12345678」は銘柄コードではありません"),
        (one(code=""), "5 行目「コード」: 「」は銘柄コードではありません"),
        (one(name="甲\ufffd"), "文字コードを確かめてください"),
        (one(name="甲" * 201), "長すぎます（201 文字、上限 200）"),
    ],
)
def test_a_row_that_cannot_be_read_refuses_the_page_with_its_line_and_column(broken: str, told: str) -> None:
    with pytest.raises(ListFileError) as refused:
        read(page(broken, one()))

    assert told in str(refused.value)


def test_all_rows_that_are_wrong_are_named_at_once() -> None:
    with pytest.raises(ListFileError) as refused:
        read(page(one("2026-02-30"), one(), one(code="x"), *[one("x")] * 20))

    assert "5 行目" in str(refused.value)
    assert "7 行目" in str(refused.value)
    assert "ほかに 2 件の誤りがあります。" in str(refused.value)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "空です"),
        (page().encode(), "1 件もありません"),
        (b"<html><body><h1>Service Unavailable</h1></body></html>", "表が見つかりません"),
        (b"<html><body><table><tr><td>x</td></tr></table></body></html>", "表が見つかりません"),
        (page(one()).partition("</table>")[0].encode(), "途中で切れています"),
        (page(one()).encode("euc-jp"), "文字"),
        (b"PK\x03\x04....", "ZIP"),
        (b"<html>" + b" " * (6 * 1024 * 1024), "大きすぎます"),
        (page(one().replace("<td>", '<td colspan="99999">')).encode(), "大きすぎます"),
        (page(one()).replace("甲", "<div>" * 5000 + "甲").encode(), "HTML として読めません"),
    ],
)
def test_what_is_no_such_page_is_refused_in_words(content: bytes, told: str) -> None:
    with pytest.raises(ListFileError) as refused:
        read(content)

    assert told in str(refused.value)


def test_a_page_of_far_too_many_cells_is_refused_soon() -> None:
    with pytest.raises(ListFileError):
        read(page(*["<tr>" + "<td>" * 40 + "</tr>"] * 20_000))
