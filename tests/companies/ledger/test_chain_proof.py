"""Whatever is altered by SQL of what the chain covers is found and named."""

from collections.abc import Iterator
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from pytest_django import DjangoDbBlocker

from companies.ledger.chain import find_head
from companies.ledger.chain_proof import Head, prove_chain
from companies.ledger.history_proof import prove_history
from companies.models import HistoryProof, LedgerRevision
from tests.companies.ledger.every_change import everything_done

pytestmark = pytest.mark.django_db

OF_MARCH = "改訂 2（一覧の取込、jpx 2024-03-29 の一覧 2）の"
TAKEN_BACK = "改訂 5（一覧の取消、jquants 2024-03-29 の一覧 3）の"
OF_ISSUERS = "改訂 6（EDINET コード一覧の取込、edinet 2024-02-29 の一覧 1）の"
ISSUERS_TAKEN_BACK = "改訂 7（EDINET コード一覧の取消、edinet 2024-02-29 の一覧 1）の"
FIRST_DAYS, OTHER_DAYS = "改訂 9（公式の上場日・廃止日の取込）", "改訂 10（公式の上場日・廃止日の取込）"
DECISION, UNDONE = "改訂 13（承継の判断）の", "改訂 14（承継の判断）の"
FACTS = "記録・取り下げした事実"
IN_MARCH = "UPDATE listing_snapshots SET {} WHERE id = 2"
NUMBER_TWO = "UPDATE ledger_revisions SET {} WHERE number = 2"


@pytest.fixture(scope="module")
def ledger(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Once."""
    with everything_done(django_db_blocker):
        yield


def alter(*statements: str) -> None:
    """As who has the database's password could."""
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
            assert cursor.rowcount > 0, statement


def altered(*statements: str) -> list[str]:
    """What is named after it was altered; then it is put back. The whole proof names it, too."""
    with transaction.atomic():
        alter(*statements)
        found = [one.subject for one in prove_chain().differences]
        transaction.set_rollback(True)
    return found


def test_what_is_altered_of_a_list_is_named_with_its_revision_and_day(ledger: None) -> None:
    moved = "改訂 2（一覧の取込、jpx 2024-03-28 の一覧 2）の"
    other_source = "改訂 2（一覧の取込、jquants 2024-03-29 の一覧 2）の"
    later = "recorded_at = recorded_at + interval '1 microsecond'"

    assert altered(IN_MARCH.format("sha256 = reverse(sha256)")) == [f"{OF_MARCH}一覧の内容の SHA-256"]
    assert altered(IN_MARCH.format(later)) == [f"{OF_MARCH}一覧の記録日時"]
    assert altered(IN_MARCH.format("row_count = row_count + 1")) == [f"{OF_MARCH}一覧の件数"]
    assert altered(IN_MARCH.format("run_id = gen_random_uuid()")) == [f"{OF_MARCH}一覧の同期実行"]
    assert altered(IN_MARCH.format("date_in_force = '2024-03-28'")) == [f"{moved}一覧の基準日"]
    assert altered(IN_MARCH.format("source = 'jquants'")) == [f"{other_source}一覧のデータソース"]
    assert altered("UPDATE issuer_lists SET listed_count = 7 WHERE id = 1") == [
        f"{OF_ISSUERS}証券コードのある提出者の数", f"{ISSUERS_TAKEN_BACK}証券コードのある提出者の数",
    ]  # fmt: skip


def test_what_is_altered_of_a_revision_is_named(ledger: None) -> None:
    kept = "改訂 2（一覧の保管、jpx 2024-03-29 の一覧 2）の"
    of_february = "改訂 2（一覧の取込、jpx 2024-02-29 の一覧 1）の"

    assert altered(NUMBER_TWO.format("recorded_at = recorded_at + interval '1 microsecond'")) == [f"{OF_MARCH}記録日時"]
    assert altered(NUMBER_TWO.format("day = day - 1")) == [f"{OF_MARCH}時点"]
    assert altered(NUMBER_TWO.format("kind = 'kept'")) == [f"{kept}種別"]
    assert altered(NUMBER_TWO.format("entry_id = 1")) == [f"{of_february}一覧の番号"]
    assert altered("DELETE FROM ledger_revisions WHERE number = 9") == [f"{OTHER_DAYS}が続く改訂 9 のハッシュ値"]
    assert altered(
        "UPDATE ledger_revisions SET number = 1000 WHERE number = 9",
        "UPDATE ledger_revisions SET number = 9 WHERE number = 10",
        "UPDATE ledger_revisions SET number = 10 WHERE number = 1000",
    )[:2] == [f"{FIRST_DAYS}が続く改訂 8 のハッシュ値", f"{FIRST_DAYS}の番号"]


def test_what_is_altered_of_the_chain_itself_is_named_where_it_is(ledger: None) -> None:
    nine = "UPDATE ledger_revisions SET {} WHERE number = 9"

    assert altered(nine.format("chain = NULL, link = NULL")) == [f"{FIRST_DAYS}のハッシュ値"]
    assert altered(nine.format("chain = reverse(chain)")) == [f"{FIRST_DAYS}のハッシュ値"]
    assert altered(nine.format("link = replace(link, 'official', 'officiel')")) == [f"{FIRST_DAYS}のハッシュ値の対象"]
    # Both of them by somebody who knows how: then it is the revision after it that goes on from another.
    assert (
        altered(
            nine.format("link = replace(link, '9', '8'), chain = encode(sha256(replace(link, '9', '8')::bytea), 'hex')")
        )[-1]
        == f"{OTHER_DAYS}が続く改訂 9 のハッシュ値"
    )


def test_what_is_altered_of_a_withdrawal_is_named(ledger: None) -> None:
    assert altered("UPDATE snapshot_withdrawals SET reason = reason || '。'") == [f"{TAKEN_BACK}{FACTS}"]
    assert altered("UPDATE snapshot_withdrawals SET withdrawn_by = '佐藤'") == [f"{TAKEN_BACK}{FACTS}"]
    assert altered("UPDATE snapshot_withdrawals SET withdrawn_at = withdrawn_at - interval '1 day'") == [
        f"{TAKEN_BACK}{FACTS}"
    ]
    assert altered("DELETE FROM issuer_list_withdrawals") == [f"{ISSUERS_TAKEN_BACK}{FACTS}"]


def test_what_is_altered_of_a_fact_is_named_by_who_recorded_and_who_took_it_back(ledger: None) -> None:
    listed = "INSERT INTO official_dates (code, kind, official_on, origin, recorded_in) VALUES ('1301', 'listed', '2020-01-01', 'x', 1)"

    assert altered("UPDATE official_dates SET reason = 'x' WHERE withdrawn_in = 10") == [
        f"{FIRST_DAYS}の{FACTS}", f"{OTHER_DAYS}の{FACTS}",
    ]  # fmt: skip
    assert altered("UPDATE official_dates SET announced_on = '2024-01-01' WHERE withdrawn_in IS NULL") == [
        f"{OTHER_DAYS}の{FACTS}"
    ]
    assert altered(listed) == [f"改訂 1（一覧の取込、jpx 2024-02-29 の一覧 1）の{FACTS}"]
    assert altered("UPDATE company_identifiers SET origin = 'x' WHERE value = 'JP3756600007'") == [
        f"改訂 12（識別子の取込）の{FACTS}"
    ]
    assert altered("DELETE FROM company_identifiers WHERE value = 'JP3756600007'") == [
        f"改訂 12（識別子の取込）の{FACTS}"
    ]
    assert altered("UPDATE confirmed_successions SET kind = 'merger'") == [f"{DECISION}{FACTS}", f"{UNDONE}{FACTS}"]
    assert altered("UPDATE successions SET successor = '7201'") == [f"{DECISION}{FACTS}", f"{UNDONE}{FACTS}"]
    assert f"{OF_ISSUERS}{FACTS}" in altered("UPDATE company_issuers SET name_kana = 'x' WHERE recorded_in = 6")


def test_what_a_rebuild_recorded_follows_from_nothing_else_and_is_covered(ledger: None) -> None:
    assert altered("UPDATE withdrawn_versions SET company_name = '別' WHERE company_name = '書き換え'") == [
        f"改訂 15（履歴の再導出）の{FACTS}"
    ]


def test_the_whole_proof_names_it_first_also_from_a_checkpoint_on(ledger: None) -> None:
    assert prove_history().differences == []
    alter("UPDATE snapshot_withdrawals SET reason = 'x'")

    assert prove_history().differences[0].subject == f"{TAKEN_BACK}{FACTS}"


def test_what_stood_there_before_is_told_and_what_to_do(ledger: None) -> None:
    alter("UPDATE listing_snapshots SET source = 'jquants' WHERE id = 2")

    (difference,) = prove_chain().differences

    assert str(difference) == (
        "改訂 2（一覧の取込、jquants 2024-03-29 の一覧 2）の一覧のデータソース: 保存値 jquants / "
        "導出値 jpx（記録時）。記録時の値に戻すか、バックアップから復元してください"
    )


def test_one_byte_of_a_stored_list_is_named_with_its_list_day_and_revision(ledger: None) -> None:
    prove_history()
    alter("UPDATE listing_snapshots SET rows = set_byte(rows, 20, get_byte(rows, 20) # 1) WHERE id = 2")

    (difference,) = prove_history().differences

    assert difference.subject == "改訂 2 のスナップショット 2（2024-03-29 JPX 上場銘柄一覧）の内容"
    assert difference.derived.endswith("バックアップから復元してください")


def test_one_byte_of_a_list_of_issuers_is_named_likewise(ledger: None) -> None:
    alter("UPDATE issuer_lists SET rows = set_byte(rows, 20, get_byte(rows, 20) # 1) WHERE id = 2")

    (difference,) = prove_history().differences

    assert difference.subject == "改訂 8 の EDINET コード一覧 2（2024-03-29）の内容"


def test_a_chain_that_was_written_anew_from_an_altered_revision_on_is_told_only_by_a_head_from_elsewhere(
    ledger: None,
) -> None:
    number, chain = find_head()
    alter(
        "UPDATE ledger_revisions SET day = day - 1 WHERE number = 1",
        "UPDATE ledger_revisions SET chain = NULL, link = NULL",
    )

    assert prove_chain().differences == []
    (difference,) = prove_chain([Head(number, chain)]).differences
    assert difference.subject == f"控えの先頭の改訂 {number} のハッシュ値"
    assert difference.derived.startswith(chain)


def test_a_newest_revision_that_was_deleted_is_told_by_a_head_from_elsewhere(ledger: None) -> None:
    number, chain = find_head()
    alter(f"DELETE FROM ledger_revisions WHERE number = {number}")

    assert prove_chain().differences == []
    (difference,) = prove_chain([Head(number, chain)]).differences
    assert difference.subject == f"控えの先頭の改訂 {number}"
    assert "後の改訂が失われています" in difference.derived


def test_the_command_tells_the_head_and_compares_those_that_were_written_down(ledger: None) -> None:
    number, chain = find_head()
    first = LedgerRevision.objects.get(number=1).chain
    out = StringIO()

    call_command("verify_history", f"--head={number}:{chain}", f"--head=1:{first}", stdout=out)

    assert f"改訂の連鎖の先頭: {number}:{chain}" in out.getvalue()
    assert "控えの改訂 1 までは、控えたときのままです。" in out.getvalue()
    kept = HistoryProof.objects.latest("pk")
    assert (kept.head_revision, kept.head) == (number, chain)


def test_the_command_fails_for_another_head_and_says_that_rebuilding_mends_nothing(ledger: None) -> None:
    err = StringIO()

    with pytest.raises(CommandError, match="導出し直しても直りません"):
        call_command("verify_history", f"--head=1:{'0' * 64}", stderr=err)

    assert "控えの先頭の改訂 1 のハッシュ値" in err.getvalue()


@pytest.mark.parametrize("head", ["1", "1:abc", f"x:{'0' * 64}", f"0:{'0' * 64}", f"1:{'g' * 64}"])
def test_a_head_of_another_form_is_refused(db: None, head: str) -> None:
    with pytest.raises(CommandError, match="64 桁"):
        call_command("verify_history", f"--head={head}")


def test_the_command_says_what_has_no_hash_yet(ledger: None) -> None:
    LedgerRevision.objects.filter(number__gt=15).update(chain=None, link=None)
    out = StringIO()

    call_command("verify_history", stdout=out)

    assert "新しい 2 件の改訂には、まだハッシュ値がありません" in out.getvalue()
