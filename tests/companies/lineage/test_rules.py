"""What is proposed of issues that went and came."""

from dataclasses import replace
from datetime import date, timedelta

from companies.issuers.lineage.filings import Filing, propose_from_filings
from companies.issuers.lineage.issues import Issue, IssuerFacts
from companies.issuers.lineage.names import spell
from companies.issuers.lineage.rules import HIGH, Proposal, propose
from companies.issuers.lineage.signals import Signal

GONE, CAME = date(2024, 9, 27), date(2024, 10, 1)


def issue(code: str, name: str, day: date, *, address: str = "", reading: str = "", **fields: object) -> Issue:
    facts = IssuerFacts(
        f"E{code}", tuple(one for one in [spell(reading)] if one), (address,) if address else (), "3", GONE - timedelta(days=90)
    )  # fmt: skip
    values: dict[str, object] = {
        "market_code": "0111", "sector33_code": "7050", "sector17_code": "15", "issuer": facts if address or reading else None,
    }  # fmt: skip
    spelling = spell(name)
    assert spelling is not None
    return Issue(code, name, (spelling,), day, day, **{**values, **fields})  # type: ignore[arg-type]


def strangers(count: int) -> list[Issue]:
    return [issue(f"5{place:03}", f"無縁{place:03}社", CAME, sector33_code="5250") for place in range(count)]


def pairs(proposals: list[Proposal]) -> list[tuple[str, str]]:
    return [(one.predecessor, one.successor) for one in proposals]


def test_a_holding_company_that_comes_days_after_is_proposed_with_its_evidence() -> None:
    (proposal,) = propose(
        [issue("8001", "東山銀行", GONE)], [issue("9001", "東山フィナンシャルグループ", CAME), *strangers(20)]
    )

    assert (proposal.predecessor, proposal.successor, proposal.day, proposal.kind) == (
        "8001",
        "9001",
        CAME,
        "share_transfer",
    )
    assert proposal.confidence >= HIGH
    assert proposal.evidence["rule"] == "gone_and_come"
    assert proposal.evidence["candidates"] == 21
    by_signal = {one["signal"]: one for one in proposal.evidence["signals"]}
    assert by_signal["name"]["shared"] == "東山"
    assert (by_signal["gap"]["least"], by_signal["gap"]["most"]) == (4, 4)
    assert by_signal["sector"]["is_same"] is True


def test_a_name_that_only_the_reading_shares_is_found_by_it() -> None:
    gone = issue("8001", "南浜銀行", GONE, reading="ミナミハマギンコウ")

    assert pairs(list(propose([gone], [issue("9001", "みなみはまホールディングス", CAME), *strangers(20)]))) == [
        ("8001", "9001")
    ]


def test_who_comes_more_than_forty_days_later_or_came_before_is_no_successor() -> None:
    gone = [issue("8001", "東山銀行", GONE)]

    at_the_end, after_it, before = (
        list(propose(gone, [issue("9001", "東山フィナンシャルグループ", GONE + timedelta(days=days))])) for days in (40, 41, -1)
    )  # fmt: skip

    assert (pairs(at_the_end), after_it, before) == ([("8001", "9001")], [], [])


def test_two_that_went_into_one_are_a_merger() -> None:
    gone = [issue("8001", "東山銀行", GONE), issue("8002", "北岳銀行", GONE)]

    found = list(propose(gone, [issue("9001", "東山北岳フィナンシャルグループ", CAME), *strangers(20)]))

    assert pairs(found) == [("8001", "9001"), ("8002", "9001")]
    assert {one.kind for one in found} == {"merger"}


def test_a_new_name_with_the_old_address_is_found_by_the_address() -> None:
    gone = issue("8001", "八百古", GONE, address="川越市新宿町１丁目１０番地１", sector33_code="6100")
    came = issue(
        "9001", "ブルーゾーンホールディングス", CAME, address="川越市新宿町一丁目１０－１", sector33_code="6100"
    )

    (proposal,) = propose([gone], [came, *strangers(20)])

    assert proposal.evidence["signals"][0]["signal"] == Signal.ADDRESS
    assert proposal.confidence >= HIGH


def test_another_company_of_the_same_name_is_never_high() -> None:
    """Another sector, another town, another year end, and years in which it may have been."""
    gone = replace(
        issue("4001", "ビーアイ", GONE, address="津市桜橋一丁目３１２番地", sector33_code="5250"),
        earliest=GONE - timedelta(days=1700),
    )
    came = replace(
        issue("9001", "ビーアイホールディングス", CAME, address="金沢市専光寺町レ３－１８", sector33_code="5050", market_code="0104"),
        earliest=CAME - timedelta(days=1700),
    )  # fmt: skip

    assert [one.confidence for one in propose([gone], [came, *strangers(400)]) if one.confidence >= HIGH] == []


def test_a_name_in_the_middle_of_another_is_never_high() -> None:
    found = propose(
        [issue("7001", "アーク", GONE, sector33_code="3800")],
        [issue("4001", "ウイングアーク", CAME, sector33_code="5250")],
    )

    assert [one.confidence for one in found if one.confidence >= HIGH] == []


def test_who_goes_leads_to_one_successor_and_the_likelier_one_counts() -> None:
    came = [issue("9001", "東山フィナンシャルグループ", CAME), issue("9002", "東山製菓", CAME, sector33_code="3050")]

    assert pairs(list(propose([issue("8001", "東山銀行", GONE)], came))) == [("8001", "9001")]


def test_what_many_share_says_little() -> None:
    """Hundreds of names begin with 日本."""
    gone = [issue("8001", "日本橋梁", GONE, sector33_code="2050")]
    crowd = [
        issue(f"6{place:03}", f"日本{chr(0x4E00 + place * 7)}{chr(0x5000 + place * 11)}", CAME) for place in range(200)
    ]

    assert list(propose(gone, [issue("9001", "日本水路", CAME, sector33_code="2050"), *crowd])) == []


def test_one_issuer_under_two_codes_and_one_code_of_two_issuers_are_told_by_the_lists() -> None:
    day = date(2023, 10, 31)
    filings = [
        Filing("1378", "E00007", date(2018, 8, 9)), Filing("9204", "E04279", date(2018, 8, 9)),
        Filing("1375", "E00007", day), Filing("9204", "E38082", day),
    ]  # fmt: skip

    told = list(propose_from_filings(filings, {"1375": issue("1375", "雪国", date(2020, 9, 17))}))

    assert [(one.predecessor, one.successor, one.day, one.kind, one.confidence) for one in told] == [
        ("1378", "1375", date(2020, 9, 17), "other_code", 1), ("9204", "9204", day, "new_legal_person", 0.95),
    ]  # fmt: skip
