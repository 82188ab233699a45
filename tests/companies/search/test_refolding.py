"""Rows that an earlier release wrote are brought in line: by the migrations, and told of by `verify_history`."""

import hashlib
import unicodedata
from datetime import date
from importlib import import_module
from types import SimpleNamespace
from typing import Any

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection

from companies.ledger.history import comparable_name
from companies.ledger.history_proof import rebuild_history, verify_history
from companies.ledger.snapshots import apply_snapshot
from companies.listed_issue import ListedIssue
from companies.models import Company, CompanyVersion, ListingEvent
from companies.search.folding import search_text

# `verify_history` opens its own transaction.
pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)

DAYS = [date(2026, 11, day) for day in (16, 17, 18, 19, 20)]
NAMES = ["長谷工コーポレーション", "⻑谷工コーポレーション", "長谷工\u200bコーポレーション", "長谷工", "⻑谷工"]


def run_migrations() -> None:
    """Both, on the rows as they are; the models of that release have the same fields."""
    editor: Any = SimpleNamespace(connection=connection)
    import_module("companies.migrations.0013_join_versions_split_by_letters").join_versions(apps, editor)
    import_module("companies.migrations.0014_refold_search_text").refold(apps, editor)


@pytest.fixture
def of_the_release_before() -> Company:
    """A company whose history an earlier release split, told in lists of five days, beside one that nothing concerns."""
    for day, name in zip(DAYS, NAMES, strict=True):
        apply_snapshot(day, [ListedIssue("1808", name, market_code="0111"), ListedIssue("1301", "極洋")], "jpx")
    company = Company.objects.get(code="1808")
    CompanyVersion.objects.filter(company=company).delete()
    for day, until, name in zip(DAYS, [*DAYS[1:], None], NAMES, strict=True):
        CompanyVersion.objects.create(
            company=company, company_name=name, market_id="0111", search_text=f" 1808 18080 {name}", validity=(day, until)
        )  # fmt: skip
    Company.objects.filter(pk=company.pk).update(company_name=NAMES[-1], search_text=f" 1808 18080 {NAMES[-1]}")
    CompanyVersion.objects.filter(company__code="1301").update(search_text=" 1301 13010 極洋x")
    return company


def test_versions_that_letters_split_are_joined(of_the_release_before: Company) -> None:
    assert verify_history() != []

    run_migrations()

    versions = CompanyVersion.objects.filter(company=of_the_release_before).oldest_first()
    assert [(v.company_name, v.validity.lower, v.validity.upper) for v in versions] == [
        ("長谷工コーポレーション", DAYS[0], DAYS[3]), ("長谷工", DAYS[3], None),
    ]  # fmt: skip
    company = Company.objects.get(code="1808")
    assert (company.company_name, company.search_text) == ("長谷工", search_text("1808", "長谷工", None))
    assert company.updated_at > of_the_release_before.updated_at
    assert [(e.event_date, e.event_type) for e in ListingEvent.objects.all()] == [(DAYS[3], "renamed")]
    assert verify_history() == []


def test_a_company_that_left_between_keeps_both_presences() -> None:
    for day, issues in ((DAYS[0], ["長谷工"]), (DAYS[1], []), (DAYS[2], ["⻑谷工"])):
        listed = [ListedIssue("1301", "極洋"), *(ListedIssue("1808", name) for name in issues)]
        apply_snapshot(day, listed, "jpx", force=True)

    run_migrations()

    assert CompanyVersion.objects.filter(company__code="1808").count() == 2
    assert verify_history() == []


def test_running_them_again_changes_nothing(of_the_release_before: Company) -> None:
    run_migrations()
    before = list(CompanyVersion.objects.order_by("pk").values()), list(Company.objects.order_by("pk").values())

    run_migrations()

    assert (
        list(CompanyVersion.objects.order_by("pk").values()),
        list(Company.objects.order_by("pk").values()),
    ) == before


def test_a_stale_search_text_of_a_version_is_told_and_mended(of_the_release_before: Company) -> None:
    run_migrations()
    CompanyVersion.objects.filter(company__code="1301").update(search_text=" 1301 13010 old")

    (difference,) = verify_history()

    assert str(difference).startswith("1301 の 2026-11-16 からの版の検索用文字列: 保存値  1301 13010 old")
    rebuild_history()
    assert verify_history() == []


def test_the_list_with_other_letters_makes_no_event_and_stays_as_it_came() -> None:
    apply_snapshot(DAYS[0], [ListedIssue("1808", "Ａ～長谷工－", "Hase\u00adko")], "jquants")
    result = apply_snapshot(DAYS[1], [ListedIssue("1808", "A〜⻑谷\U000e0100工−", "Haseko")], "jquants")

    assert (result.updated, result.unchanged, result.events) == (0, 1, 0)
    assert Company.objects.get().company_name == "Ａ～長谷工－"
    assert CompanyVersion.objects.count() == 1
    call_command("verify_history")


def test_rules_of_letters_do_not_change_without_a_migration() -> None:
    """Rows hold what the rules made of them. If this fails: docs/adding.md, "A rule of letters"; then pin the new values."""
    # What Unicode 3.2 has, so that the version of Python makes no difference.
    letters = [
        chr(code)
        for code in range(0x20, 0x30000)
        if unicodedata.ucd_3_2_0.category(chr(code)) not in ("Cn", "Cs", "Co")
    ]
    words = [
        "株式会社極洋",
        "キヤノン電子",
        "ヴァイオリン",
        "霞ヶ関",
        "いすゞ",
        "U-NEXT",
        "日清食品HD",
        "シャッター",
        "Ａ＆Ｂ（株）",
        "ｶﾞｽ・2号",
    ]
    folded = "\n".join(search_text("1301", f"極{text}ア{text}", text) for text in [*letters, *words])
    compared = "\n".join(comparable_name(f"極{letter}ア{letter}") for letter in letters)

    digests = [hashlib.sha256(text.encode()).hexdigest()[:16] for text in (folded, compared)]

    assert dict(zip(("0014_refold_search_text", "0013_join_versions_split_by_letters"), digests, strict=True)) == {
        "0014_refold_search_text": "1b4670fcf17db5c3",
        "0013_join_versions_split_by_letters": "8d60c4415e107a9f",
    }
