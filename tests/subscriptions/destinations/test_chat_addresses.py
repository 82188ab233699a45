"""Which chats may be told: what people copy from the services, and nothing that leads anywhere else."""

import pytest
from django.core.exceptions import ValidationError
from pytest_django import Settings

from subscriptions.channels.chat import open_service
from subscriptions.destinations.chat_addresses import read_chat_address

TEAMS = "/workflows/3e6f1d2a/triggers/manual/paths/invoke?api-version=1&sp=%2Ftriggers%2Fmanual%2Frun&sv=1.0&sig=iUzBC_abc-123"
AUTOMATE = "/powerautomate/automations/direct" + TEAMS
WEBEX = "Ab1" * 30
LINE = "abcDEF+/ghiJKLmnoPQRstu="
ROOM = "C" + "0a" * 16
MATTERMOST = "abcdefghijklmnopqrstuvwx12"

#: What was pasted: the service as it is shown, what is kept, and where the library behind it then sends.
OFFERED = {
    "https://hooks.slack.com/services/T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ": (
        "Slack …i7FQ", "slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ/",
    ),
    "slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ": (
        "Slack …i7FQ", "slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ/",
    ),
    f"https://prod-12.japaneast.logic.azure.com:443{TEAMS}": (
        "Microsoft Teams …-123", "workflows://prod-12.japaneast.logic.azure.com:443/3e6f1d2a/iUzBC_abc-123/?ver=1&pa=no",
    ),
    f"https://default1.ab.environment.api.powerplatform.com:443{AUTOMATE}": (
        "Microsoft Teams …-123",
        "workflows://default1.ab.environment.api.powerplatform.com:443/3e6f1d2a/iUzBC_abc-123/?ver=1&pa=yes",
    ),
    f"https://default1.ab.environment.api.powerplatform.com{AUTOMATE}".replace("/direct", "/direct/cu/02"): (
        "Microsoft Teams …-123",
        "workflows://default1.ab.environment.api.powerplatform.com:443/3e6f1d2a/iUzBC_abc-123/?ver=1&pa=yes&route=02",
    ),
    "https://chat.googleapis.com/v1/spaces/AAAAbc/messages?key=AIzaSyABC-_&token=abcDEF12345%3D": (
        "Google Chat …2345", "gchat://AAAAbc/AIzaSyABC-_/abcDEF12345%3D/",
    ),
    "https://discord.com/api/webhooks/123456789/AbC-d_EfGhIjKl": ("Discord …IjKl", "discord://123456789/AbC-d_EfGhIjKl/"),
    "https://canary.discordapp.com/api/webhooks/123456789/AbC-d_EfGhIjKl/": (
        "Discord …IjKl", "discord://123456789/AbC-d_EfGhIjKl/",
    ),
    f"https://webexapis.com/v1/webhooks/incoming/{WEBEX}": ("Webex …1Ab1", f"wxteams://{WEBEX}/"),
    "tgram://123456789:AAbbCC-dd_ee/-1001234567": ("Telegram …d_ee", "tgram://123456789:AAbbCC-dd_ee/-1001234567/"),
    f"line://{LINE}/{ROOM}": ("LINE …Rstu", f"line://_/{ROOM}/?token=abcDEF%2B%2FghiJKLmnoPQRstu%3D"),
}  # fmt: skip
OWN = {
    f"https://chat.example.com/hooks/{MATTERMOST}": (
        "Mattermost chat.example.com …wx12", f"mmosts://chat.example.com/{MATTERMOST}/",
    ),
    f"http://127.0.0.1:8065/hooks/{MATTERMOST}": ("Mattermost 127.0.0.1 …wx12", f"mmost://127.0.0.1:8065/{MATTERMOST}/"),
    "ntfys://ntfy.example.com/listed-issues": ("ntfy ntfy.example.com …sues", "ntfys://ntfy.example.com/listed-issues/?mode=private"),
}  # fmt: skip
REFUSED = [
    "", "hello", "json://example.com/", "jsons://example.com/", "xml://example.com", "form://example.com", "file:///etc/passwd",
    "syslog://localhost", "mailto://user:pass@gmail.com", "mailtos://example.com", "dbus://", "windows://", "macosx://", "glib://",
    "apprises://example.com/token", "exec://ls", "https://example.com/hook", "http://169.254.169.254/latest/meta-data",
    "http://hooks.slack.com/services/T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ",
    "https://hooks.slack.com.example.com/services/T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ",
    "https://hooks.slack.com@example.com/services/T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ",
    "https://hooks.slack.com:8443/services/T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ",
    "https://hooks.slack.com/services/../services/T1/A1/x",
    "slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ/#general",
    f"https://prod-12.logic.azure.com.example.com{TEAMS}", f"https://a.api.powerplatform.com.example.com{AUTOMATE}",
    f"https://logic.azure.com.example.com{TEAMS}", f"https://example.com/logic.azure.com{TEAMS}",
    f"https://prod.powerplatform.example.com{TEAMS}", f"https://evil-logic.azure.com.{TEAMS}", f"http://prod-12.logic.azure.com{TEAMS}",
    f"https://prod-12.logic.azure.com:8443{TEAMS}", "workflows://127.0.0.1:443/3e6f1d2a/iUzBC",
    f"https://prod-12.logic.azure.com/workflows/x/triggers/manual/paths/invoke/../../..{TEAMS}",
    "tgram://123456789:AAbbCC-dd_ee/", "tgram://123456789:AAbbCC-dd_ee/-1/-2",
    "slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ\r\nX: y", "slack://Ｔ1/A1/x",
]  # fmt: skip
OPTIONS = [
    "verify=no",
    "redirect=yes",
    "rto=600",
    "cto=600",
    "overflow=upstream",
    "retry=5",
    "template=/etc/passwd",
    "to=x",
    "mode=bot",
    "%76erify=no",
    "verify=yes",
]


@pytest.mark.parametrize("pasted", OFFERED)
def test_what_a_service_shows_is_read_and_kept_in_one_form(pasted: str) -> None:
    address = read_chat_address(f" {pasted}\n")

    assert (address.shown, address.url) == OFFERED[pasted]


@pytest.mark.parametrize("kept", sorted({url for _, url in OFFERED.values()}))
def test_what_is_kept_is_what_the_library_reads_and_nothing_in_it_changes_how_it_sends(kept: str) -> None:
    service = open_service(kept)

    assert (service.verify_certificate, service.redirects, service.request_timeout) == (True, False, (5.0, 10.0))
    assert (service.retry, service.optional, service.persistent_storage) == (0, False, False)
    assert service.schema == kept.partition("://")[0]


@pytest.mark.parametrize("text", REFUSED)
def test_everything_else_is_refused_in_words(text: str, settings: Settings) -> None:
    settings.ALLOW_PRIVATE_RECEIVERS = True

    with pytest.raises(ValidationError) as refused:
        read_chat_address(text)

    assert len(refused.value.messages[0]) > 20


@pytest.mark.parametrize("option", OPTIONS)
@pytest.mark.parametrize(
    "url", ["slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ/?", f"https://prod-12.logic.azure.com{TEAMS}&", f"mmost://127.0.0.1/{MATTERMOST}/?"]
)  # fmt: skip
def test_no_option_is_taken(url: str, option: str, settings: Settings) -> None:
    settings.ALLOW_PRIVATE_RECEIVERS = True
    name = option.partition("=")[0].replace("%76", "v")

    with pytest.raises(ValidationError, match=name):
        read_chat_address(url + option)


def test_a_url_that_lost_its_end_is_told_apart() -> None:
    with pytest.raises(ValidationError, match="Google Chat の URL が途中で切れています"):
        read_chat_address("https://chat.googleapis.com/v1/spaces/AAAAbc/messages?key=AIzaSyABC-_")


def test_what_slack_and_teams_show_elsewhere_is_refused_with_the_remedy() -> None:
    with pytest.raises(ValidationError, match="Incoming Webhook"):
        read_chat_address("https://hooks.slack.com/triggers/T1JJ3T3L2/12345/abcdef")
    with pytest.raises(ValidationError, match="ワークフロー"):
        read_chat_address("https://example.webhook.office.com/webhookb2/abc@def/IncomingWebhook/ghi/jkl")


@pytest.mark.parametrize("pasted", OWN)
def test_a_server_of_ones_own_is_told_only_where_receivers_may_be_private(pasted: str, settings: Settings) -> None:
    settings.ALLOW_PRIVATE_RECEIVERS = False
    with pytest.raises(ValidationError, match="ALLOW_PRIVATE_RECEIVERS"):
        read_chat_address(pasted)

    settings.ALLOW_PRIVATE_RECEIVERS = True
    address = read_chat_address(pasted)
    assert (address.shown, address.url) == OWN[pasted]
    assert open_service(address.url).redirects is False

    settings.ALLOW_PRIVATE_RECEIVERS = False
    with pytest.raises(ValidationError, match="ALLOW_PRIVATE_RECEIVERS"):
        open_service(address.url)


def test_a_short_secret_shows_nothing_of_itself() -> None:
    assert read_chat_address("slack://T1/A1/short").shown == "Slack …"


def test_an_address_does_not_show_itself() -> None:
    address = read_chat_address("slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ")

    assert "TIiajkdnlazk" not in repr(address)
