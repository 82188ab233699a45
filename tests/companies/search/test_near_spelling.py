"""Near spellings: which there are, that both searches mean the same ones, and that few are wrong."""

import random
from datetime import date
from importlib.util import find_spec
from itertools import product
from pathlib import Path

import pytest
from django.db import connection

from companies.choices import SCALE_CATEGORIES
from companies.ledger.snapshots import apply_snapshot
from companies.listed_issue import ListedIssue
from companies.models import Company
from companies.search.in_database import filter_by_query, search_companies
from companies.search.in_memory import SearchableCompany, SearchIndex
from companies.search.near_spelling import is_near_start, is_near_whole, may_be_near, near_patterns, start_keys
from datasources.jpx.listing import read_listing


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("任天道", "任天堂"), ("天堂", "任天堂"), ("任天天堂", "任天堂"), ("任堂天", "任天堂"),
        ("キヤノソ", "キヤノン"), ("トヨダ自動車", "トヨタ自動車"), ("トヨ自動車", "トヨタ自動車"), ("トヨタ自車動", "トヨタ自動車"),
    ],
)  # fmt: skip
def test_one_letter_wrong_missing_doubled_or_moved_is_near(text: str, name: str) -> None:
    assert is_near_whole(text, name)


def test_two_letters_are_not() -> None:
    assert not is_near_whole("任夫道", "任天堂")
    assert not is_near_start("トヨクサ自", "トヨタ自動車")


def test_a_start_is_near_but_for_its_last_letter_where_it_is_short() -> None:
    assert is_near_start("トヨダ自", "トヨタ自動車")
    assert is_near_start("トヨタ目動", "トヨタ自動車")
    assert not is_near_start("日本電算", "日本電気硝子")
    assert is_near_start("三菱UFG", "三菱UFJフィナンシャル")


def test_abbreviations_and_codes_have_no_near_spelling() -> None:
    assert not may_be_near("ntt")
    assert not may_be_near("72o3")
    assert may_be_near("toyoda")


@pytest.mark.django_db
def test_the_database_means_the_same_by_near() -> None:
    words = ["".join(letters) for size in range(3, 6) for letters in product("ab", repeat=size)]
    words += ["aabbab", "アイウ", "アイ", "アアイウ", "アイウエオ", "イアウエ", "a+b*c", "a.bc[d"]
    texts = [*random.Random(4).sample([word for word in words if len(word) > 2], 60), "アイウ", "アイウエ", "a+b*c"]
    differing: list[object] = []
    for text in texts:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT word, ' 1301 13010 ' || word || ' x' ~ %s, ' 1301 13010 ' || word || ' x' ~ %s"
                " FROM unnest(%s::text[]) AS word",
                [*near_patterns(text), words],
            )
            theirs = cursor.fetchall()
        for word, is_whole, is_start in theirs:
            ours = is_near_whole(text, word), is_near_whole(text, word) or is_near_start(text, word)
            if ours != (is_whole, is_whole or is_start):
                differing.append((text, word, ours))
            if any(ours) and not start_keys(text) & start_keys(word):
                differing.append((text, word, "no key"))

    assert differing == []


@pytest.fixture
def listed(db: None) -> list[Company]:
    """Every company of a real list."""
    spec = find_spec("tokyo_stock_exchange")
    assert spec is not None
    assert spec.origin is not None
    march = read_listing((Path(spec.origin).parent / "tse.csv").read_bytes(), today=date(2026, 1, 1))
    apply_snapshot(march.date_in_force, march.issues, "jpx")
    return list(Company.objects.order_by("code"))


def make_index(companies: list[Company]) -> SearchIndex:
    sizes = {name: rank for rank, name in enumerate(SCALE_CATEGORIES)}
    return SearchIndex(
        [
            SearchableCompany(c.code, c.search_text, c.is_active, sizes.get(c.scale_category or "", len(sizes)))
            for c in companies
        ]
    )


SPELLINGS = [
    ("キャノン", "7751"), ("きゃのん", "7751"), ("ｷｬﾉﾝ", "7751"), ("キヤノソ", "7751"), ("kyanon", "7751"), ("ブリジストン", "5108"),
    ("ぶりじすとん", "5108"), ("ブリヂスン", "5108"), ("富士フィルム", "4901"), ("冨士フイルム", "4901"), ("エスビー食品", "2805"),
    ("いすず", "7202"), ("イスズ自動車", "7202"), ("トヨダ自動車", "7203"), ("toyoda", "7203"), ("任天道", "7974"), ("資性堂", "4911"),
    ("日立制作所", "6501"), ("村田制作所", "6981"), ("ソニーグルプ", "6758"), ("三菱UFG", "8306"), ("キイエンス", "6861"), ("クボダ", "6326"),
    ("キューピー", "2809"), ("味之素", "2802"), ("霞が関キャピタル", "3498"), ("霞ケ関キャピタル", "3498"), ("usennext", "9418"), ("USEN-NEXT", "9418"),
    ("オリンバス", "7733"), ("オリンハ゜ス", "7733"), ("ニツスイ", "1332"), ("レザーテック", "6920"), ("山崎パン", "2212"), ("ビレッジバンガード", "2769"),
    ("ウェルシア", "3141"), ("ワコーム", "6727"), ("日清食品HD", "2897"), ("⻑谷工", "1808"), ("長\u200b谷工", "1808"), ("長\U000e0100谷工", "1808"),
    ("7203.T", "7203"), ("TYO:7203", "7203"), ("7203 JT", "7203"), ("TSE: 7203", "7203"), ("７２０３．Ｔ", "7203"), ("トヨタ自動車<7203>", "7203"),
    ("TYO: 130A", "130A"),
]  # fmt: skip


def test_what_people_type_finds_the_company_first_in_both_searches(listed: list[Company]) -> None:
    index = make_index(listed)
    wrong = []
    for typed, code in SPELLINGS:
        theirs = list(search_companies(Company.objects.all(), typed).values_list("code", flat=True))
        ours = [listed[position].code for position in index.search(typed)]
        if theirs[:1] != [code] or ours != theirs:
            wrong.append((typed, code, theirs[:3], ours[:3]))

    assert wrong == []


def test_who_types_a_name_right_finds_no_other_name(listed: list[Company]) -> None:
    index = make_index(listed)

    for typed, codes in (("ソニー", {"6758"}), ("日産自動車", {"7201"}), ("コナミ", {"9766"}), ("ニッスイ", {"1332"})):
        assert {listed[position].code for position in index.search(typed)} == codes
    found = list(search_companies(Company.objects.filter(scale_category="-"), "日産自動車"))
    assert found == []  # 日野自動車 is near, but 日産自動車 is spelt so, if not among these


def test_one_wrong_letter_finds_the_company_among_few(listed: list[Company]) -> None:
    """Of real names with a letter changed: nearly all first, hardly any others with them."""
    index, chance = make_index(listed), random.Random(5)
    names = [c for c in listed if 4 <= len(c.company_name) <= 8 and not any(map(str.isdigit, c.company_name))]
    first, others = 0, 0
    for company in chance.sample(names, 300):
        letters = list(company.company_name)
        letters[chance.randrange(len(letters))] = chance.choice("ケモ西柳")
        found = [listed[position].code for position in index.search("".join(letters))]
        first += found[:1] == [company.code]
        others += max(0, len(found) - 1)

    assert first >= 290
    assert others <= 100


def test_digits_match_only_the_start_of_a_code(listed: list[Company]) -> None:
    index = make_index(listed)

    for typed in ("7420", "2742", "27420", "74"):
        theirs = list(search_companies(Company.objects.all(), typed).values_list("code", flat=True))
        assert [listed[position].code for position in index.search(typed)] == theirs
        assert ("2742" in theirs) == typed.startswith("2742")


@pytest.mark.django_db
def test_digits_of_a_name_are_found_wherever_they_are() -> None:
    apply_snapshot(date(2026, 11, 20), [ListedIssue("1321", "日経225上場投信"), ListedIssue("2255", "他社")], "jpx")
    companies = list(Company.objects.order_by("code"))
    index = make_index(companies)

    found = list(search_companies(Company.objects.all(), "225").values_list("code", flat=True))

    assert found == ["2255", "1321"]
    assert [companies[position].code for position in index.search("225")] == found


def test_whether_any_name_begins_so_is_asked_before_patterns_are_tried_on_each_row() -> None:
    """PostgreSQL goes from left to right; once is cheap, each row is not."""
    asked = str(filter_by_query(Company.objects.all(), "toyota").query)

    assert 0 < asked.index("EXISTS") < asked.index(" ~ ") < asked.index(" %> ")
