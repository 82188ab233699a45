"""Being told elsewhere, from the star of a company to a signed message and a mail; what was stopped goes on."""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import take_picture
from tests.e2e.lists import list_with_a_new_name
from tests.e2e.looks import fits, serious_findings
from tests.e2e.operator_hand import Hand
from tests.e2e.products import Product, new_product
from tests.fakes.receiver import Received, Receiver
from tests.fakes.smtp import FakeMailServer
from tests.local.stack import wait_for

pytestmark = pytest.mark.e2e
DESTINATIONS, SUBSCRIPTIONS = "/admin/subscriptions/destination/", "/admin/subscriptions/subscription/"
#: From what happened to what arrived: seconds, on a busy machine.
_ARRIVES_SECONDS = 60


@pytest.fixture(scope="module")
def receiver() -> Iterator[Receiver]:
    with Receiver() as started:
        yield started


@pytest.fixture(scope="module")
def mailbox() -> Iterator[FakeMailServer]:
    with FakeMailServer() as started:
        yield started


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory, mailbox: FakeMailServer) -> Iterator[Product]:
    """A product that can send mail."""
    mail = {"EMAIL_URL": f"smtp://127.0.0.1:{mailbox.port}", "MAIL_FROM": "Meigara <meigara@example.com>"}
    with new_product(tmp_path_factory.mktemp("telling"), **mail) as started:
        yield started


def test_from_a_star_to_a_signed_message_and_a_mail(
    admin: Page, receiver: Receiver, mailbox: FakeMailServer, tmp_path: Path
) -> None:
    admin.goto("/admin/")
    secret = star_and_subscribe_by_webhook(admin, receiver)
    try_it(admin, receiver)
    subscribe_by_mail(admin, mailbox)
    before = len(mailbox.accepted)
    earlier, later = weekdays_before_today()
    # What is of long ago is no news: of this one nothing is told.
    bring_in(admin, list_with_a_new_name(tmp_path, "20240430", "極洋興業"))
    bring_in(admin, list_with_a_new_name(tmp_path, earlier, "極洋ホールディングス"))

    wait_for(lambda: len(of_listings(receiver)) == 1, _ARRIVES_SECONDS)
    (told,) = of_listings(receiver)
    assert told.is_signed_by(secret)
    assert "極洋興業 → 極洋ホールディングス" in told.json()["text"]
    assert [(one["kind"], one["code"]) for one in told.json()["data"]["notices"]] == [("renamed", "1301")]
    wait_for(lambda: len(mailbox.accepted) > before, _ARRIVES_SECONDS)
    mail = mailbox.accepted[-1].get_body(("plain",))
    assert mail is not None
    assert "極洋興業 → 極洋ホールディングス" in mail.get_content()

    stop_and_go_on(admin, receiver, list_with_a_new_name(tmp_path, later, "極洋マリン"))
    assert "極洋ホールディングス → 極洋マリン" in of_listings(receiver)[-1].json()["text"]


def weekdays_before_today() -> list[str]:
    """The last two, in Japan, as lists write days."""
    today = datetime.now(ZoneInfo("Asia/Tokyo")).date()
    days = [today - timedelta(days=ago) for ago in range(1, 7)]
    return [f"{day:%Y%m%d}" for day in sorted(day for day in days if day.weekday() < 5)[-2:]]


def star_and_subscribe_by_webhook(page: Page, receiver: Receiver) -> str:
    """Seven clicks and one paste; the secret that was shown once."""
    hand = Hand(page)
    page.goto("/admin/companies/company/open/?q=1301")
    hand.click(page.get_by_role("button", name="ウォッチする"))
    hand.click(page.get_by_role("link", name="この変化を通知する"))
    expect(page.get_by_text("購読の設定の前に、知らせる先を作ります。")).to_be_visible()
    look(page, "destination-choose")
    hand.click(page.get_by_role("link", name="Webhook"))
    look(page, "destination-webhook")
    hand.paste(page.get_by_label("URL"), receiver.url())
    hand.click(page.get_by_role("button", name="追加", exact=True))
    expect(page.get_by_text("この画面を閉じると二度と表示できません。")).to_be_visible()
    secret = page.get_by_label("署名の鍵").input_value()
    assert secret.startswith("whsec_")
    hand.click(page.get_by_role("button", name="コピー"))
    expect(page.get_by_text("コピーしました。")).to_be_visible()
    look(page, "destination-secret", reload=False)
    hand.click(page.get_by_role("link", name="控えました。購読の設定に戻る"))
    expect(page.get_by_label("名前")).to_have_value("マイ銘柄の変化")
    look(page, "subscription-add")
    hand.click(page.get_by_role("button", name="保存", exact=True))
    expect(page.get_by_role("row", name="マイ銘柄の変化")).to_contain_text("ウォッチリスト「マイ銘柄」")
    assert (hand.clicks, hand.keys) == (7, 1)
    return secret


def try_it(page: Page, receiver: Receiver) -> None:
    """The page shows by itself what came of it."""
    page.goto(DESTINATIONS)
    page.get_by_role("link", name="Webhook").last.click()
    page.get_by_role("button", name="テスト送信").click()
    expect(page.get_by_role("region", name="最近の配信").get_by_text("送信済み")).to_be_visible(
        timeout=_ARRIVES_SECONDS * 1000
    )
    expect(page.get_by_role("region", name="最近の配信").get_by_text("204")).to_be_visible()
    assert receiver.at("/hook")[0].json()["type"] == "test"
    look(page, "destination")
    page.get_by_role("region", name="最近の配信").get_by_role("link").first.click()
    page.get_by_text("送る JSON").click()
    expect(page.get_by_text('"type": "test"').first).to_be_visible()
    look(page, "delivery")


def subscribe_by_mail(page: Page, mailbox: FakeMailServer) -> None:
    page.goto(f"{DESTINATIONS}add/?channel=mail&next={SUBSCRIPTIONS}add/")
    page.get_by_label("メールアドレス").fill("taro@example.com")
    look(page, "destination-mail", reload=False)
    page.get_by_role("button", name="追加してコードを送る").click()
    expect(page.get_by_role("heading", name="メールアドレスの確認")).to_be_visible()
    look(page, "destination-unconfirmed")
    (sent,) = mailbox.accepted
    body = sent.get_body(("plain",))
    assert body is not None
    code = re.search(r"\b\d{6}\b", body.get_content())
    assert code is not None
    page.get_by_label("に届いたコード").fill("000000" if code.group() != "000000" else "000001")
    page.get_by_role("button", name="確認する").click()
    expect(page.get_by_text("コードが違います。")).to_be_visible()
    page.get_by_label("に届いたコード").fill(code.group())
    page.get_by_role("button", name="確認する").click()
    expect(page.get_by_text("メールアドレスを確認しました。")).to_be_visible()
    page.get_by_label("ウォッチリスト").select_option(label="マイ銘柄")
    page.get_by_role("button", name="保存", exact=True).click()
    expect(page.locator("#result_list tbody tr")).to_have_count(2)
    look(page, "subscriptions")


def bring_in(page: Page, file: Path) -> None:
    page.goto("/admin/syncjobs/listupload/add/")
    page.locator("input[type=file]").set_input_files(file)
    page.get_by_role("button", name="差分を確認する").click()
    page.get_by_role("button", name="取り込む").click()
    expect(page.get_by_text("の一覧を取り込みました")).to_be_visible(timeout=60_000)


def stop_and_go_on(page: Page, receiver: Receiver, file: Path) -> None:
    """What happened meanwhile waits, and is sent after it was said how much that is."""
    page.goto(DESTINATIONS)
    page.get_by_role("link", name="Webhook").last.click()
    page.get_by_role("button", name="停止").click()
    expect(page.get_by_text("手動で停止しました。")).to_be_visible()
    bring_in(page, file)
    page.goto("/admin/")
    expect(page.get_by_role("heading", name="届いていない通知先")).to_be_visible()
    look(page, "start-stopped")
    page.get_by_role("link", name="理由を見て再開する").click()

    def is_planned() -> bool:
        page.reload()
        return page.get_by_text("送信待ち 1 件").is_visible()

    wait_for(is_planned, _ARRIVES_SECONDS)
    assert len(of_listings(receiver)) == 1
    look(page, "destination-paused")
    page.get_by_role("link", name="再開…").click()
    expect(page.get_by_text("送っていない通知が 1 件待っています。")).to_be_visible()
    look(page, "destination-resume")
    page.get_by_role("button", name="待っている 1 件を送って再開").click()
    wait_for(lambda: len(of_listings(receiver)) == 2, _ARRIVES_SECONDS)


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("destinations", DESTINATIONS), ("destinations-all", f"{DESTINATIONS}all/"), ("deliveries", "/admin/subscriptions/delivery/"),
        ("destination-chat", f"{DESTINATIONS}add/?channel=chat"), ("destination-feed", f"{DESTINATIONS}add/?channel=atom"),
    ],
)  # fmt: skip
def test_pages_of_telling_can_be_read_everywhere(admin: Page, name: str, path: str) -> None:
    admin.goto(path)
    look(admin, name)


def of_listings(receiver: Receiver) -> list[Received]:
    return [one for one in receiver.at("/hook") if one.json()["type"] == "listing_events"]


def look(page: Page, name: str, *, reload: bool = True) -> None:
    """In a window by day and on a telephone by night: it fits, and can be read by all. What is shown once is not asked for anew.

    The other two of the four are each page's frame, which `test_accessibility` looks at by night and `test_telephone` by day.
    """
    for scheme, width in (("light", 1440), ("dark", 390)):
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type] # one of its words
        page.set_viewport_size({"width": width, "height": 900})
        # It came by day.
        if reload and scheme == "dark":
            page.reload()
        take_picture(page, f"telling-{name}-{scheme}-{width}")
        fits(page, width)
        assert serious_findings(page) == []
    page.emulate_media(color_scheme="light")
    page.set_viewport_size({"width": 1440, "height": 900})
