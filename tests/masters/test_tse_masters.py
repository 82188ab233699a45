"""The masters that every installation begins with, against the codes as the exchange writes them."""

import pytest

from masters.models import Market, Sector17, Sector33
from masters.registration import register_unknown_codes

pytestmark = pytest.mark.django_db

# J-Quants API V2, "33-sector code" and "17-sector code".
TO_17 = (
    "0050 1,1050 2,2050 3,3050 1,3100 4,3150 4,3200 4,3250 5,3300 2,3350 6,3400 3,3450 7,3500 7,3550 3,3600 8,3650 9,"
    "3700 6,3750 9,3800 10,4050 11,5050 12,5100 12,5150 12,5200 12,5250 10,6050 13,6100 14,7050 15,7100 16,7150 16,"
    "7200 16,8050 17,9050 10,9999 99"
)


def test_the_ten_market_segments_of_today_come_first() -> None:
    assert [(m.code, m.name) for m in Market.objects.all()] == [
        ("0111", "プライム"), ("0112", "スタンダード"), ("0113", "グロース"), ("0105", "TOKYO PRO MARKET"),
        ("0109", "その他"), ("0101", "東証一部"), ("0102", "東証二部"), ("0104", "マザーズ"),
        ("0106", "JASDAQ スタンダード"), ("0107", "JASDAQ グロース"),
    ]  # fmt: skip


def test_each_of_the_33_sectors_belongs_to_one_of_the_17() -> None:
    told = ",".join(f"{code} {of_17}" for code, of_17 in Sector33.objects.values_list("code", "sector17_id"))

    assert told == TO_17


def test_the_17_sectors_are_in_the_order_of_their_numbers() -> None:
    assert [int(code) for code in Sector17.objects.values_list("code", flat=True)] == [*range(1, 18), 99]


def test_every_master_has_an_english_name() -> None:
    for model in (Market, Sector17, Sector33):
        assert not model.objects.filter(name_english="").exists()


def test_an_unknown_code_is_registered_once_with_the_name_it_came_with() -> None:
    for _ in range(2):
        register_unknown_codes(
            markets={"0111": "別の名前", "0120": "新市場"}, sectors17={}, sectors33={"9998": (None, None)}
        )

    assert Market.objects.get(code="0120").name == "新市場"
    assert Market.objects.get(code="0111").name == "プライム"
    assert Market.objects.count() == 11
    assert (Sector33.objects.get(code="9998").name, Sector33.objects.get(code="9998").sector17_id) == ("9998", "99")
