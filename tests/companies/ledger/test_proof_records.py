"""What came of proving the history is kept, whoever had it proven."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.utils import timezone
from django_celery_beat.models import PeriodicTask

from companies.choices import ProofOrigin
from companies.ledger.history_proof import rebuild_history
from companies.ledger.proof_records import find_last_proof, forget_proofs, prove_and_record
from companies.models import HistoryProof
from syncjobs.tasks import prove_history

# A proof opens its own transaction.
pytestmark = [pytest.mark.django_db(transaction=True, serialized_rollback=True), pytest.mark.usefixtures("two_lists")]

PAGES = "/admin/companies/historyproof/"


def spoil(count: int = 1) -> None:
    """Change the names of companies behind the ledger's back."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE companies SET company_name = '書き換え' WHERE id IN (SELECT id FROM companies ORDER BY id LIMIT %s)",
            [count],
        )


def kept() -> list[tuple[Any, ...]]:
    fields = ("origin", "since_revision", "until_revision", "difference_count")
    return list(HistoryProof.objects.order_by("pk").values_list(*fields))


def test_the_task_and_the_command_each_keep_what_they_found() -> None:
    prove_history()
    call_command("verify_history", verbosity=0)
    spoil()
    with pytest.raises(CommandError):
        call_command("verify_history", "--from-beginning", verbosity=0)
    prove_history()

    assert kept() == [("schedule", 0, 2, 0), ("command", 2, 2, 0), ("command", 0, 2, 1), ("schedule", 0, 2, 1)]
    good, last = HistoryProof.objects.order_by("pk")[0], find_last_proof()
    assert last is not None
    assert (good.fingerprint, good.first_differences) == ("", [])
    [words] = last.first_differences
    assert "の現在値: 保存値" in words
    assert len(last.fingerprint) == 64
    assert good.duration_seconds > 0


def test_the_same_differences_have_the_same_fingerprint_and_others_another() -> None:
    spoil()
    prove_and_record(ProofOrigin.COMMAND)
    prove_and_record(ProofOrigin.SCHEDULE)
    spoil(2)
    prove_and_record(ProofOrigin.SCHEDULE)

    first, again, more = HistoryProof.objects.order_by("pk").values_list("fingerprint", flat=True)
    assert first == again != more


def test_of_many_differences_the_first_ten_are_kept_in_words_of_bearable_length() -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM company_versions")
        cursor.execute("UPDATE companies SET company_name = repeat('長', 900)")
    prove_and_record(ProofOrigin.SCHEDULE)

    last = find_last_proof()
    assert last is not None
    assert last.difference_count >= 10
    assert len(last.first_differences) == 10
    assert max(map(len, last.first_differences)) == 500


def test_after_a_rebuild_the_history_is_right_again() -> None:
    spoil()
    prove_and_record(ProofOrigin.SCHEDULE)
    rebuild_history()
    prove_and_record(ProofOrigin.SCHEDULE)

    assert [proof[3] for proof in kept()] == [1, 0]


@pytest.mark.parametrize(("days", "left"), [(400, 2), (401, 1)])
def test_proofs_are_kept_for_400_days_and_the_last_one_for_ever(days: int, left: int) -> None:
    prove_and_record(ProofOrigin.SCHEDULE)
    prove_and_record(ProofOrigin.SCHEDULE)
    now = timezone.now()
    HistoryProof.objects.update(started_at=now - timedelta(days=days))

    assert forget_proofs(now) == 2 - left
    assert HistoryProof.objects.count() == left
    forget_proofs(now + timedelta(days=800))
    assert find_last_proof() is not None


def test_the_schedule_is_every_night_and_an_operator_s_from_then_on() -> None:
    task = PeriodicTask.objects.get(task="syncjobs.tasks.prove_history")

    assert (task.name, task.enabled, task.expire_seconds) == ("履歴の検証", True, 10800)
    assert (task.crontab.hour, task.crontab.minute, str(task.crontab.timezone)) == ("3", "10", "Asia/Tokyo")


def test_a_proof_has_its_page_with_what_to_do(admin_client: Client) -> None:
    prove_and_record(ProofOrigin.SCHEDULE)
    spoil()
    prove_and_record(ProofOrigin.COMMAND)
    proofs = admin_client.get(PAGES).content.decode()
    good, bad = (
        admin_client.get(f"{PAGES}{proof.pk}/change/").content.decode() for proof in HistoryProof.objects.order_by("pk")
    )

    assert all(words in proofs for words in ("相違なし", "相違あり", "定期実行", "コマンド", "最初の一覧から"))
    assert "の現在値: 保存値" in bad
    assert "rebuild_history" in bad
    assert "rebuild_history" not in good


def test_every_role_sees_proofs_and_nobody_changes_them() -> None:
    prove_and_record(ProofOrigin.SCHEDULE)
    for role in ("analyst", "operator", "administrator"):
        user = User.objects.create_user(role, is_staff=True)
        user.groups.add(Group.objects.get(name=role))
        client = Client()
        client.force_login(user)
        statuses = [client.get(address).status_code for address in (PAGES, f"{PAGES}add/")]
        assert statuses == [200, 403], role
