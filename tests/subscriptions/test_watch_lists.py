"""Companies that a person watches: by the star, by codes that are pasted, and what happened to them since the person last looked."""

import pytest
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.test import Client

from companies.ledger.snapshots import apply_snapshot
from companies.models import Company
from subscriptions.forms import WatchListForm
from subscriptions.models import WatchedCompany, WatchList
from subscriptions.watching import MOST_COMPANIES, MOST_LISTS, make_watch_list, read_codes, set_codes
from tests.factories import make_issue
from tests.subscriptions.watched import APRIL, LISTS, sign_in, star, take_back_april, watched_by

pytestmark = pytest.mark.usefixtures("two_lists")


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
