"""Companies that a person watches: by the star, by codes that are pasted, and what happened to them since the person last looked."""

from datetime import date
from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.core.exceptions import ValidationError
from django.test import Client

from companies.ledger.snapshots import apply_snapshot
from companies.ledger.withdrawals import withdraw_entry
from companies.models import Company, ListingSnapshot
from subscriptions.forms import WatchListForm
from subscriptions.models import WatchedCompany, WatchList
from subscriptions.watched_changes import load_watched_changes
from subscriptions.watching import MOST_COMPANIES, MOST_LISTS, make_watch_list, read_codes, set_codes
from tests.factories import make_issue

pytestmark = pytest.mark.usefixtures("two_lists")
APRIL = date(2024, 4, 30)
LISTS = "/admin/subscriptions/watchlist/"


def sign_in(name: str = "analyst") -> tuple[Client, User]:
    user = User.objects.create_user(name, is_staff=True)
    user.groups.add(Group.objects.get(name="analyst"))
    client = Client()
    client.force_login(user)
    return client, user


def star(client: Client, code: str, *, is_on: bool = True) -> Any:
    return client.post(f"{LISTS}star/{code}/", {"is_on": "1" if is_on else "0"}, follow=True)


def watched_by(user: User) -> dict[str, list[str]]:
    watched = WatchedCompany.objects.order_by("code")
    return {
        one.name: list(watched.filter(watch_list=one).values_list("code", flat=True))
        for one in WatchList.objects.filter(owner=user)
    }


def apply_april() -> None:
    """1301 is renamed again, 7201 leaves, 9984 is back."""
    issues = [
        make_issue("7203", company_name="トヨタ自動車", market_code="0112"),
        make_issue("1301", company_name="極洋マリン", sector17_code="1", sector33_code="0050", scale_category="-"),
        make_issue("9984", company_name="ソフトバンクグループ", sector17_code="10", sector33_code="5250"),
    ]
    apply_snapshot(APRIL, issues, "jpx", force=True)


def take_back_april() -> None:
    withdraw_entry(ListingSnapshot.objects.get(date_in_force=APRIL).pk, reason="誤った一覧", withdrawn_by="tester")


def told(user: User) -> list[tuple[str, str, str, str, bool]]:
    return [
        (change.code, change.label, change.old, change.new, change.is_gone)
        for of_list in load_watched_changes(user)
        for change in of_list.changes
    ]


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("7203\n6758\n", ["7203", "6758"]), ("7203 6758　9984", ["7203", "6758", "9984"]), ("7203,6758、9984;130a", ["7203", "6758", "9984", "130A"]),
        ("7203 トヨタ自動車\n6758\tソニーグループ\tプライム", ["7203", "6758"]), ("7203.T\nTYO:6758\n9984 JT", ["7203", "6758", "9984"]),
        ("72030", ["7203"]), ("25935", ["25935"]), ("７２０３", ["7203"]), ("7203\n7203.T", ["7203"]), ("\n \n", []), ("", []),
    ],
)  # fmt: skip
def test_codes_are_read_as_people_paste_them(text: str, codes: list[str]) -> None:
    read = read_codes(text)

    assert (read.codes, read.problems) == (codes, [])


def test_what_is_no_code_is_named_with_its_line() -> None:
    read = read_codes("7203\nトヨタ自動車\n6758\n12345678")

    assert read.codes == ["7203", "6758"]
    assert read.problems == [(2, "トヨタ自動車"), (4, "12345678")]


def test_thirty_codes_are_pasted_into_a_list_of_ones_own() -> None:
    client, user = sign_in()
    more = [make_issue(str(code)) for code in range(3001, 3031)]
    apply_snapshot(APRIL, more, "jpx", force=True)

    answer = client.post(f"{LISTS}add/", {"name": "小売", "codes": "\n".join(one.code for one in more)}, follow=True)

    assert answer.status_code == 200
    assert watched_by(user) == {"小売": [one.code for one in more]}


def test_a_list_with_a_code_that_no_list_has_is_refused_whole() -> None:
    client, user = sign_in()

    answer = client.post(f"{LISTS}add/", {"name": "小売", "codes": "7203\n9999\nトヨタ"})

    page = answer.content.decode()
    assert "3 行目の「トヨタ」を銘柄コードとして読めません。" in page
    assert "どの一覧にもないコードです: 9999" in page
    assert watched_by(user) == {}


def test_more_than_a_page_can_show_is_refused() -> None:
    codes = "\n".join(str(code) for code in range(2000, 2000 + MOST_COMPANIES + 1))
    form = WatchListForm({"name": "全部", "codes": codes})

    assert not form.is_valid()
    assert f"1 つのリストに入れられるのは {MOST_COMPANIES} 銘柄までです。" in str(form.errors["codes"])


def test_a_name_is_given_once_by_each_person() -> None:
    client, user = sign_in()
    _, other = sign_in("other")
    make_watch_list(other, "小売")
    for _ in range(2):
        answer = client.post(f"{LISTS}add/", {"name": "小売", "codes": ""})

    assert "「小売」という名前はもうあります。別の名前にしてください。" in answer.content.decode()
    assert watched_by(user) == {"小売": []}


def test_a_list_is_changed_by_changing_its_codes_and_those_that_stay_keep_their_day() -> None:
    client, user = sign_in()
    made = make_watch_list(user, "小売", ["7203", "1301"])
    before = WatchedCompany.objects.get(code="7203").added_at
    page = client.get(f"{LISTS}{made.pk}/change/").content.decode()
    assert "1301\n7203</textarea>" in page

    client.post(f"{LISTS}{made.pk}/change/", {"name": "小売", "codes": "7203\n130A"})

    assert watched_by(user) == {"小売": ["130A", "7203"]}
    assert WatchedCompany.objects.get(code="7203").added_at == before


def test_the_star_makes_a_list_and_takes_off_again() -> None:
    client, user = sign_in()

    assert "7203 を「マイ銘柄」に追加しました。" in star(client, "7203").content.decode()
    page = star(client, "1301").content.decode()
    assert "ウォッチ中（外す）" in page
    assert watched_by(user) == {"マイ銘柄": ["1301", "7203"]}

    page = star(client, "7203", is_on=False).content.decode()
    assert "7203 を「マイ銘柄」から外しました。" in page
    assert "ウォッチする" in page
    assert watched_by(user) == {"マイ銘柄": ["1301"]}


def test_the_star_of_a_full_list_says_so() -> None:
    client, user = sign_in()
    full = make_watch_list(user, "満員")
    set_codes(full, [str(code) for code in range(2000, 2000 + MOST_COMPANIES)])

    page = star(client, "7203").content.decode()

    assert "「満員」はいっぱいです。" in page
    assert WatchedCompany.objects.filter(watch_list=full).count() == MOST_COMPANIES


def test_looking_changes_nothing_and_unknown_companies_have_no_star() -> None:
    client, user = sign_in()

    assert client.get(f"{LISTS}star/7203/").status_code == 405
    assert client.post(f"{LISTS}star/9999/", {"is_on": "1"}).status_code == 404
    assert watched_by(user) == {}


def test_who_may_not_see_companies_watches_none() -> None:
    user = User.objects.create_user("nobody", is_staff=True)
    client = Client()
    client.force_login(user)

    assert client.post(f"{LISTS}star/7203/", {"is_on": "1"}).status_code == 403
    assert client.get(LISTS).status_code == 403


def test_nobody_sees_or_changes_what_another_watches() -> None:
    client, _ = sign_in()
    _, other = sign_in("other")
    theirs = make_watch_list(other, "秘密のリスト", ["7203"])

    assert "秘密のリスト" not in client.get(LISTS).content.decode()
    assert "秘密のリスト" not in client.get("/admin/").content.decode()
    assert client.get(f"{LISTS}{theirs.pk}/change/").status_code == 302
    assert client.post(f"{LISTS}{theirs.pk}/seen/", {"up_to": "99"}).status_code == 404
    client.post(f"{LISTS}{theirs.pk}/delete/", {"post": "yes"})
    assert watched_by(other) == {"秘密のリスト": ["7203"]}


def test_what_happened_before_a_company_is_watched_is_no_news() -> None:
    _, user = sign_in()
    make_watch_list(user, "小売", ["7203", "1301"])

    assert told(user) == []


def test_what_happens_to_watched_companies_is_told_until_it_is_confirmed() -> None:
    client, user = sign_in()
    made = make_watch_list(user, "小売", ["7201", "7203", "1301", "9984"])

    apply_april()

    assert told(user) == [
        ("1301", "銘柄名変更", "極洋ホールディングス", "極洋マリン", False), ("7201", "上場廃止", "", "", False), ("9984", "再上場", "", "", False)
    ]  # fmt: skip
    page = client.get("/admin/").content.decode()
    assert "小売の変化" in page
    assert "極洋ホールディングス → 極洋マリン" in page
    [of_list] = load_watched_changes(user)

    client.post(f"{LISTS}{made.pk}/seen/", {"up_to": str(of_list.up_to)})

    assert told(user) == []
    assert "から変化はありません。" in client.get("/admin/").content.decode()


def test_what_came_after_the_page_was_shown_is_not_confirmed_with_it() -> None:
    client, user = sign_in()
    made = make_watch_list(user, "小売", ["7201", "1301"])
    [before] = load_watched_changes(user)
    apply_april()

    client.post(f"{LISTS}{made.pk}/seen/", {"up_to": str(before.up_to)})

    assert [code for code, *_ in told(user)] == ["1301", "7201"]


@pytest.mark.parametrize("up_to", ["", "x", "-1", "9" * 30, "１"])
def test_a_position_that_is_none_is_refused(up_to: str) -> None:
    client, user = sign_in()
    made = make_watch_list(user, "小売", ["7201"])

    assert client.post(f"{LISTS}{made.pk}/seen/", {"up_to": up_to}).status_code == 404


def test_nobody_confirms_what_is_still_to_come() -> None:
    client, user = sign_in()
    made = make_watch_list(user, "小売", ["7201", "1301"])

    apply_april()
    client.post(f"{LISTS}{made.pk}/seen/", {"up_to": "999999"})
    assert told(user) == []
    take_back_april()

    assert [(code, is_gone) for code, *_, is_gone in told(user)] == [("1301", True), ("7201", True)]


def test_what_was_confirmed_stays_so() -> None:
    client, user = sign_in()
    made = make_watch_list(user, "小売", ["7201", "1301"])
    before = made.seen_revision
    apply_april()
    [of_list] = load_watched_changes(user)
    for up_to in (of_list.up_to, before):
        client.post(f"{LISTS}{made.pk}/seen/", {"up_to": str(up_to)})

    assert told(user) == []


def test_an_event_that_is_taken_back_is_told_too() -> None:
    _, user = sign_in()
    apply_april()
    make_watch_list(user, "小売", ["7201"])

    take_back_april()

    assert told(user) == [("7201", "上場廃止", "", "", True)]


def test_a_list_of_a_past_day_that_comes_later_is_news() -> None:
    _, user = sign_in()
    make_watch_list(user, "小売", ["1301"])
    between = make_issue("1301", company_name="極洋（仮）", sector17_code="1", sector33_code="0050", scale_category="-")

    apply_snapshot(date(2024, 3, 15), [between], "jpx", force=True)

    assert ("1301", "銘柄名変更", "極洋", "極洋（仮）", False) in told(user)
    assert ("1301", "銘柄名変更", "極洋", "極洋ホールディングス", True) in told(user)


def test_a_company_whose_lists_were_all_taken_back_stays_watched_and_is_said_to_be_unknown() -> None:
    client, user = sign_in()
    apply_snapshot(APRIL, [make_issue("3001"), make_issue("7203", market_code="0112")], "jpx", force=True)
    made = make_watch_list(user, "小売", ["3001"])

    take_back_april()

    assert not Company.objects.filter(code="3001").exists()
    assert "いまは何も分かりません。" in client.get(f"{LISTS}{made.pk}/change/").content.decode()


def test_the_page_of_a_list_shows_what_its_companies_are_now() -> None:
    client, user = sign_in()
    made = make_watch_list(user, "小売", ["7203", "9984"])

    page = client.get(f"{LISTS}{made.pk}/change/").content.decode()

    assert "トヨタ自動車" in page
    assert "上場廃止（最後に載った一覧は 2024-02-29）" in page


def test_with_a_person_goes_what_was_theirs() -> None:
    client = Client()
    client.force_login(User.objects.create_superuser("root"))
    _, user = sign_in()
    make_watch_list(user, "小売", ["7203"])

    answer = client.post(f"/admin/auth/user/{user.pk}/delete/", {"post": "yes"})

    assert answer.status_code == 302
    assert not WatchedCompany.objects.exists()


def test_the_codes_of_one_person_stand_in_nobody_elses_form() -> None:
    client, user = sign_in()
    theirs = make_watch_list(user, "私の", ["7203"])
    assert "7203" in client.get(f"{LISTS}{theirs.pk}/change/").content.decode()
    other, stranger = sign_in("other")
    empty = make_watch_list(stranger, "空の", [])

    for page in (f"{LISTS}add/", f"{LISTS}{empty.pk}/change/"):
        form = other.get(page).context["adminform"].form
        assert form["codes"].value() in ("", None)


def test_a_person_has_so_many_lists_and_no_more() -> None:
    client, user = sign_in()
    for number in range(MOST_LISTS):
        make_watch_list(user, f"リスト {number}", [])

    page = client.post(f"{LISTS}add/", {"name": "もう 1 つ", "codes": "7203"})

    assert "ウォッチリストは 1 人 50 件までです" in page.content.decode()
    assert WatchList.objects.count() == MOST_LISTS
    with pytest.raises(ValidationError):
        make_watch_list(user, "もう 1 つ", [])
