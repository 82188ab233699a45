"""Lists of issuers: what they tell of companies, what of them is refused or held, and how one is taken back."""

from datetime import date
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from companies.errors import WithdrawalIncomplete
from companies.issuers.errors import IssuerListNotFound, IssuerListRefused
from companies.issuers.issuer_lists import apply_issuer_list, preview_issuer_list, withdraw_issuer_list
from companies.issuers.proof import wrong_issuers
from companies.issuers.refusal_wording import explain_issuer_refusal
from companies.ledger.history_proof import rebuild_history
from companies.ledger.snapshots import Outcome, apply_snapshot
from companies.models import Company, CompanyIssuer, Issuer, IssuerCode, IssuerList, IssuerVersion, LedgerRevision
from tests.edinet_lists import make_filer, make_filers
from tests.factories import make_codes, make_issue, make_list

pytestmark = pytest.mark.django_db

EARLY, LIST_DAY, LATER, LAST = date(2023, 6, 30), date(2024, 1, 31), date(2024, 6, 28), date(2024, 12, 30)


def behind(code: str) -> list[tuple[str, str, str | None]]:
    found = CompanyIssuer.objects.known_at().filter(code=code).order_by("validity")
    return [(one.edinet_code, str(one.validity.lower), one.validity.upper and str(one.validity.upper)) for one in found]


def refused(filers: list[Any], day: date = LATER) -> tuple[str, str, bool]:
    revisions = LedgerRevision.objects.count()
    with pytest.raises(IssuerListRefused) as error:
        apply_issuer_list(day, filers)
    assert (IssuerList.objects.filter(date_in_force=day).count(), LedgerRevision.objects.count()) == (0, revisions)
    return error.value.reason, explain_issuer_refusal(error.value), error.value.can_be_forced


def test_a_company_tells_of_its_issuer_also_of_before_the_first_list_and_after_the_last() -> None:
    apply_snapshot(EARLY, [make_issue("1376"), make_issue("7203")], "jpx")

    result = apply_issuer_list(LATER, [make_filer(name_english="KANEKO SEEDS", fiscal_year_end="5月31日")], force=True)

    assert (result.outcome, result.total, result.listed, result.new_issuers, result.companies) == (
        Outcome.APPLIED, 1, 1, 1, 1,
    )  # fmt: skip
    assert behind("1376") == [("E00004", "2023-06-30", None)]
    company = Company.objects.get(code="1376")
    assert (company.edinet_code, company.company_name_kana, company.corporate_number, company.fiscal_year_end) == (
        "E00004", "カネコシュビョウ", "5070001000715", "5月31日",
    )  # fmt: skip
    assert company.updated_at == LedgerRevision.objects.latest("number").recorded_at
    assert Company.objects.get(code="7203").edinet_code is None


def test_a_list_that_only_spells_a_name_in_another_way_leaves_what_is_told_of_the_issuer() -> None:
    apply_issuer_list(EARLY, [make_filer(name_english="KANEKO SEEDS")])
    apply_snapshot(LIST_DAY, [make_issue("1376", company_name="ＡＢＣ種苗")], "jpx")
    told = Company.objects.get(code="1376").search_text

    apply_snapshot(LATER, [make_issue("1376", company_name="ABC種苗")], "jpx")

    assert told.endswith(" カネコシユビヨウ kanekoshubyou kanekoseeds")
    assert Company.objects.get(code="1376").search_text == told


def test_classes_of_shares_have_the_issuer_of_the_first_four_characters() -> None:
    apply_snapshot(EARLY, [make_issue("2593"), make_issue("25935")], "jpx")

    apply_issuer_list(LATER, [make_filer("2593")], force=True)

    assert behind("25935") == behind("2593") == [("E00004", "2023-06-30", None)]


def test_a_code_that_came_back_under_a_new_legal_person_tells_of_it_from_the_day_it_came_back() -> None:
    """As 9204: the old filer still had the code long after it was delisted."""
    apply_snapshot(EARLY, make_list(["7203"]), "jpx")
    apply_snapshot(LATER, make_list(["7203", "9204"]), "jpx", force=True)
    apply_issuer_list(date(2022, 8, 9), [make_filer("9204", "E04279"), make_filer("7203", "E02144")], force=True)

    apply_issuer_list(LAST, [make_filer("9204", "E38082"), make_filer("7203", "E02144")], force=True)

    assert behind("9204") == [("E38082", "2024-06-28", None)]


def test_one_issuer_under_two_codes_stood_behind_both() -> None:
    """As 1378, then 1375; its filer has no code in between."""
    apply_snapshot(EARLY, make_list(["1378", "7203"]), "jpx")
    apply_snapshot(LIST_DAY, make_list(["7203"]), "jpx", force=True)
    apply_snapshot(LATER, make_list(["1375", "7203"]), "jpx", force=True)
    toyota = make_filer("7203", "E02144")
    for day, code in ((EARLY, "1378"), (LIST_DAY, None), (LAST, "1375")):
        apply_issuer_list(day, [make_filer(code, "E00007"), toyota], force=True)

    assert behind("1378") == [("E00007", "2023-06-30", "2024-01-31")]
    assert behind("1375") == [("E00007", "2024-06-28", None)]
    codes = (
        IssuerCode.objects.filter(issuer_id="E00007").order_by("validity").values_list("code", "validity__startswith")
    )
    assert [(code, str(day)) for code, day in codes] == [("1378", "2023-06-30"), ("1375", "2024-12-30")]
    issuer = Issuer.objects.get(edinet_code="E00007")
    assert (issuer.first_seen_on, issuer.last_seen_on) == (EARLY, LAST)


def test_who_never_had_a_code_is_no_issuer_until_an_older_list_says_so() -> None:
    apply_issuer_list(LATER, [make_filer(None, "E00007"), make_filer("7203", "E02144")], force=True)
    assert [issuer.edinet_code for issuer in Issuer.objects.all()] == ["E02144"]

    apply_issuer_list(EARLY, [make_filer("1378", "E00007"), make_filer("7203", "E02144")], force=True)

    assert Issuer.objects.get(edinet_code="E00007").securities_code is None
    assert IssuerVersion.objects.filter(edinet_code="E00007").count() == 2


def test_what_a_list_does_not_say_is_as_another_said_it() -> None:
    apply_snapshot(EARLY, make_list(["1376"]), "jpx")
    apply_issuer_list(EARLY, [make_filer(corporate_number=None, fiscal_year_end="5月31日")])
    apply_issuer_list(LATER, [make_filer(corporate_number="5070001000715", fiscal_year_end=None)], force=True)

    told = CompanyIssuer.objects.known_at().filter(code="1376")
    assert [(one.corporate_number, one.fiscal_year_end) for one in told] == [("5070001000715", "5月31日")]


def test_a_later_list_of_the_same_day_holds_and_the_same_one_again_changes_nothing() -> None:
    first = apply_issuer_list(LATER, [make_filer(name="甲")])
    second = apply_issuer_list(LATER, [make_filer(name="乙")])

    assert apply_issuer_list(LATER, [make_filer(name="乙")]).outcome is Outcome.UNCHANGED
    held = dict(IssuerList.objects.values_list("pk", "is_superseded"))
    assert held == {first.list_id: True, second.list_id: False}
    assert [version.name for version in IssuerVersion.objects.all()] == ["乙"]


def test_what_cannot_be_a_list_is_refused_and_cannot_be_forced() -> None:
    assert refused([]) == (
        "empty",
        "提出者が 1 件もありません。ファイルが途中で切れていないか確認してください。",
        False,
    )
    twice = refused([make_filer("1376"), make_filer("1377")])
    assert (twice[0], twice[2]) == ("duplicate_edinet_code", False)
    assert "同じEDINET コードの提出者が複数あります（E00004、1 個）" in twice[1]
    shared = refused([make_filer("1376"), make_filer("1376", "E00005")])
    assert (shared[0], shared[2]) == ("duplicate_securities_code", False)
    odd = refused([make_filer(), make_filer("1377", "E00005", corporate_number="5070001000716")])
    assert (odd[0], odd[2]) == ("unusable_row", False)
    assert "2 行目「法人番号」: 「5070001000716」は法人番号ではありません" in odd[1]
    assert refused([make_filer(name="甲\x00")])[0] == "unusable_row"


def test_half_a_list_is_held_by_its_neighbour_and_can_be_forced() -> None:
    whole = make_filers(200)
    apply_issuer_list(LIST_DAY, whole)

    reason, words, can_be_forced = refused(whole[:100])

    assert (reason, can_be_forced) == ("too_few_filers", True)
    assert "2024-01-31）200 件のうち 50.0% しかありません" in words
    assert apply_issuer_list(LATER, whole[:100], force=True).outcome is Outcome.APPLIED


def test_other_filers_in_the_same_number_are_held_and_so_are_codes_that_went() -> None:
    whole = make_filers(200)
    apply_issuer_list(LIST_DAY, whole)

    others = [make_filer(str(3000 + step), f"E{50_000 + step}") for step in range(200)]
    uncoded = [*whole[:100], *(make_filer(None, filer.edinet_code) for filer in whole[100:])]

    assert refused(others)[0] == "too_few_known_filers"
    assert refused(uncoded)[0] == "too_few_codes"


def test_half_of_a_first_list_is_held_by_the_companies_that_were_listed() -> None:
    apply_snapshot(LIST_DAY, make_list(make_codes(100), product_category="011"), "jpx")

    assert refused(make_filers(50))[0] == "too_few_companies"
    assert apply_issuer_list(LATER, make_filers(100)).companies == 100


def test_garbled_names_are_held() -> None:
    reason, words, can_be_forced = refused([make_filer(name="カネコ\ufffd苗")])

    assert (reason, can_be_forced) == ("garbled_text", True)
    assert "カネコ〈U+FFFD〉苗" in words


def test_a_preview_says_what_would_be_and_leaves_nothing() -> None:
    apply_snapshot(EARLY, make_list(["1376"]), "jpx")
    apply_issuer_list(LIST_DAY, make_filers(200))

    preview = preview_issuer_list(LATER, make_filers(100))

    assert preview.refusal is not None
    assert preview.refusal.reason == "too_few_filers"
    assert preview.result.total == 100
    assert IssuerList.objects.count() == 1


def test_a_list_is_taken_back_with_a_reason_and_what_it_superseded_holds_again() -> None:
    apply_snapshot(EARLY, make_list(["1376"]), "jpx")
    apply_issuer_list(LATER, [make_filer(name_kana="カネコ")])
    wrong = apply_issuer_list(LATER, [make_filer(name_kana="カネタ")])
    assert Company.objects.get(code="1376").company_name_kana == "カネタ"

    assert withdraw_issuer_list(wrong.list_id, reason="別の日の一覧", withdrawn_by="sato") == {"1376"}

    assert Company.objects.get(code="1376").company_name_kana == "カネコ"
    assert LedgerRevision.objects.latest("number").kind == "issuer_list_withdrawn"
    assert [*wrong_issuers()] == []
    assert withdraw_issuer_list(wrong.list_id, reason="もう一度", withdrawn_by="sato") == set()
    with pytest.raises(WithdrawalIncomplete):
        withdraw_issuer_list(wrong.list_id, reason=" ", withdrawn_by="sato")
    with pytest.raises(IssuerListNotFound):
        withdraw_issuer_list(999, reason="ない", withdrawn_by="sato")


def test_the_command_takes_a_list_back_and_tries_it_out_before() -> None:
    apply_snapshot(EARLY, make_list(["1376"]), "jpx")
    apply_issuer_list(LATER, [make_filer()])

    def run(*words: str) -> str:
        output = StringIO()
        call_command("withdraw_issuer_list", *words, "--reason", "半分しかない", "--by", "sato", stdout=output)
        return output.getvalue()

    assert "1 銘柄の発行体の情報が変わります（--dry-run" in run(str(LATER), "--dry-run")
    assert Company.objects.get(code="1376").edinet_code == "E00004"
    assert "1 銘柄の発行体の情報が変わりました。" in run(str(LATER))
    assert Company.objects.get(code="1376").edinet_code is None
    assert "すでに取り消されています" in run("--entry", str(IssuerList.objects.get().pk))
    with pytest.raises(CommandError, match="2024-06-28 を基準日とする有効な EDINET コード一覧はありません"):
        run(str(LATER))
    with pytest.raises(CommandError, match="番号 999 の EDINET コード一覧はありません"):
        run("--entry", "999")


def test_what_somebody_changed_by_sql_is_found_and_mended() -> None:
    apply_snapshot(EARLY, make_list(["1376"]), "jpx")
    apply_issuer_list(LATER, [make_filer()])
    IssuerVersion.objects.update(name="別の名前")
    Issuer.objects.update(name_kana="ベツ")
    Company.objects.update(edinet_code="E99999")

    told = "\n".join(str(difference) for difference in wrong_issuers())
    assert "提出者 E00004 の版" in told
    assert "1376 の発行体の現在値" in told

    rebuild_history()
    assert [*wrong_issuers()] == []
