"""The number of issues over time, large: on its page, as a picture and as a table."""

import csv
import io
from datetime import date
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from django.contrib.auth.models import User
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from companies.admin.curve import draw_large_curve
from companies.ledger.snapshots import apply_snapshot
from tests.factories import make_issue

CURVE = "/admin/companies/listingsnapshot/curve/"


@pytest.mark.usefixtures("two_lists")
def test_the_page_has_every_value_and_leads_to_its_list(
    admin_client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    apply_snapshot(date(2024, 4, 30), [make_issue("7203"), make_issue("7201")], "jpx", force=True)
    with django_assert_max_num_queries(4):  # session, user, lists
        page = admin_client.get(CURVE).content.decode()

    assert 'href="/admin/companies/company/?as_of=2024-04-30" aria-label="2024-04-30 2 銘柄"' in page
    assert page.count("<circle") == 3
    assert CURVE in admin_client.get("/admin/").content.decode()


@pytest.mark.usefixtures("two_lists")
def test_the_picture_stands_by_itself(admin_client: Client) -> None:
    picture: Any = admin_client.get(f"{CURVE}picture/")
    drawn = ET.fromstring(picture.content)
    texts = "".join(drawn.itertext())

    assert picture.headers["Content-Type"] == "image/svg+xml"
    assert picture.headers["Content-Disposition"] == 'attachment; filename="listed_companies_2024-02-29_2024-03-29.svg"'
    assert (drawn.get("width"), drawn.get("height")) == ("1200", "560")
    assert "2024-03-29 4 銘柄" in texts
    assert "Meigara 改訂 2" in texts
    # Nothing of the page: no styles, no addresses.
    assert "var(--" not in picture.content.decode()
    assert "href" not in picture.content.decode()


@pytest.mark.usefixtures("two_lists")
def test_the_table_has_all_lists_with_their_differences(admin_client: Client) -> None:
    apply_snapshot(date(2024, 4, 30), [make_issue("7203")], "jpx", force=True)
    answer: Any = admin_client.get(f"{CURVE}export/?format=csv")
    rows = list(csv.reader(io.StringIO(answer.getvalue().decode("utf-8-sig"))))

    assert rows[0] == ["日付", "銘柄数", "前の一覧との差", "出典"]
    assert [row[:3] for row in rows[1:]] == [
        ["2024-02-29", "4", ""], ["2024-03-29", "4", "0"], ["2024-04-30", "1", "-3"],
    ]  # fmt: skip


@pytest.mark.django_db
def test_of_no_list_nothing_is_drawn(admin_client: Client) -> None:
    assert "一覧を 2 日分以上取り込むと" in admin_client.get(CURVE).content.decode()
    assert admin_client.get(f"{CURVE}picture/").status_code == 302


@pytest.mark.usefixtures("two_lists")
def test_what_cannot_be_read_is_named_and_nobody_sees_it_without_permission(admin_client: Client) -> None:
    assert "「from」という条件は、この画面にはありません。" in admin_client.get(f"{CURVE}?from=1").content.decode()
    client = Client()
    client.force_login(User.objects.create_user("nobody", is_staff=True))
    assert [client.get(f"{CURVE}{part}").status_code for part in ("", "picture/", "export/")] == [403, 403, 403]


@pytest.mark.parametrize(
    ("counts", "levels"),
    [
        ((3829, 4439), ["3,800", "4,000", "4,200", "4,400", "4,600"]),
        ((4, 4), ["4", "5"]),
        ((0, 7), ["0", "2", "4", "6", "8"]),
        ((4300, 4311), ["4,300", "4,302", "4,304", "4,306", "4,308", "4,310", "4,312"]),
    ],
)
def test_levels_are_round_numbers_around_all_values(counts: tuple[int, int], levels: list[str]) -> None:
    curve = draw_large_curve([(date(2017, 2, 28), counts[0]), (date(2026, 2, 28), counts[1])])

    assert curve is not None
    assert [mark.words for mark in curve.levels] == levels
    assert [mark.words for mark in curve.years] == ["2018", "2020", "2022", "2024", "2026"]
    assert all(curve.top <= dot.y <= curve.bottom for dot in curve.dots)
    assert (curve.dots[0].x, curve.dots[-1].x) == (curve.left, curve.right)
