"""The companies that the page of one names beside it."""

import html
import re
from datetime import date

import pytest
from django.test import Client

from companies.ledger.snapshots import apply_snapshot
from tests.admin.company_pages import LIST, page_of, part_of
from tests.conftest import MARCH
from tests.factories import make_codes, make_issue, make_list


def peers_of(page: str) -> tuple[list[str], str, str]:
    part = part_of(page, 'aria-labelledby="peers"')
    address, words = re.findall(r'<p><a href="([^"]*)">([^<]*)</a></p>', part)[-1]
    return re.findall(r'company-code">([^<]*)<', part), html.unescape(address), words


@pytest.mark.django_db
def test_peers_are_of_the_same_market_and_sector_and_the_nearest_in_size_then_code(admin_client: Client) -> None:
    small = make_list(make_codes(10, first=7202), scale_category="TOPIX Small 1")
    large = make_list(["7201", "7212"])
    others = [make_issue("7213", sector33_code="3600"), make_issue("7214", market_code="0112")]
    apply_snapshot(MARCH, [*small, *large, *others], "jpx")

    assert peers_of(page_of(admin_client, "7212")) == (
        ["7201", "7205", "7206", "7207", "7208", "7209", "7210", "7211"],
        f"{LIST}?market=0111&sector33=3700", "プライム・輸送用機器 の 12 銘柄（この銘柄を含む）",
    )  # fmt: skip
    listed = admin_client.get(f"{LIST}?market=0111&sector33=3700")
    assert listed.context["cl"].result_count == 12
    assert "ほかの銘柄はありません。" in page_of(admin_client, "7213")


@pytest.mark.django_db
def test_who_is_alone_on_its_market_has_peers_of_its_sector_on_others(admin_client: Client) -> None:
    apply_snapshot(MARCH, [make_issue("9204", market_code="0113"), make_issue("9201"), make_issue("9202")], "jpx")

    assert peers_of(page_of(admin_client, "9204")) == (
        ["9201", "9202"],
        f"{LIST}?sector33=3700",
        "輸送用機器 の 3 銘柄（この銘柄を含む）",
    )


@pytest.mark.usefixtures("two_lists")
def test_peers_of_one_that_is_gone_are_those_of_its_last_list(admin_client: Client) -> None:
    old = [make_issue("8001"), make_issue("8002"), make_issue("7201", company_name="日産自動車")]
    apply_snapshot(date(2024, 4, 30), old, "jpx", force=True)
    apply_snapshot(date(2024, 5, 31), old[1:], "jpx", force=True)

    codes, address, words = peers_of(page_of(admin_client, "8001"))

    assert (codes, words) == (["7201", "8002"], "プライム・輸送用機器 の 3 銘柄（この銘柄を含む）")
    assert address == f"{LIST}?market=0111&sector33=3700&as_of=2024-04-30"
    assert [one.code for one in admin_client.get(address).context["cl"].result_list] == ["7201", "8001", "8002"]


@pytest.mark.django_db
def test_what_has_no_sector_is_like_what_is_of_its_kind_and_nothing_else_is_guessed(admin_client: Client) -> None:
    fund = {"market_code": "0109", "sector33_code": "9999", "sector17_code": "99", "scale_category": "-"}
    funds = make_list(["1305", "1306"], product_category="014", **fund)
    apply_snapshot(
        MARCH, [*funds, make_issue("8951", product_category="013", **fund), make_issue("1400", **fund)], "jpx"
    )

    assert peers_of(page_of(admin_client, "1305"))[:2] == (["1306"], f"{LIST}?market=0109&product=014")
    assert "同業の銘柄を示せません" in page_of(admin_client, "1400")
