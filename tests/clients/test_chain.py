"""The chain through the Python client, which believes no hash."""

import pytest
from django.db import connection
from meigara_client import ChainBroken, Client

pytestmark = [pytest.mark.django_db(transaction=True, serialized_rollback=True), pytest.mark.usefixtures("two_lists")]


def alter(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def test_the_chain_leads_from_its_beginning_to_the_head_that_somebody_wrote_down(client: Client) -> None:
    head = client.head()
    assert head.chain is not None

    links = list(client.chain(head=(head.revision, head.chain)))

    assert [link.revision for link in links] == [1, 2]
    assert (head.revision, head.newest, head.chain) == (2, 2, links[-1].chain)
    assert [link.revision for link in client.chain(after=1)] == [2]


def test_a_head_that_is_another_or_gone_is_told(client: Client) -> None:
    with pytest.raises(ChainBroken, match="revision 1 has the hash") as other:
        list(client.chain(head=(1, "0" * 64)))
    with pytest.raises(ChainBroken, match="revision 3 is not in the chain"):
        list(client.chain(head=(3, "0" * 64)))

    assert other.value.revision == 1


def test_words_that_were_altered_are_told(client: Client) -> None:
    alter("UPDATE ledger_revisions SET link = replace(link, 'jpx', 'jpy') WHERE number = 2")

    with pytest.raises(ChainBroken, match="the hash of revision 2 is not of its words"):
        list(client.chain())


def test_words_and_hash_that_were_both_altered_are_told_by_the_revision_after_them(client: Client) -> None:
    alter(
        "UPDATE ledger_revisions SET link = replace(link, 'jpx', 'jpy'),"
        " chain = encode(sha256(convert_to(replace(link, 'jpx', 'jpy'), 'UTF8')), 'hex') WHERE number = 1"
    )

    with pytest.raises(ChainBroken, match="revision 2 goes on from"):
        list(client.chain())


def test_a_revision_that_is_missing_is_told(client: Client) -> None:
    alter("DELETE FROM ledger_revisions WHERE number = 1")

    with pytest.raises(ChainBroken) as broken:
        list(client.chain())
    assert broken.value.revision in (1, 2)


def test_a_copy_of_all_histories_can_be_held_against_the_chain_later(client: Client) -> None:
    ledger = client.ledger()
    assert (ledger.revision, ledger.chain) == (2, client.head().chain)

    alter(
        "UPDATE ledger_revisions SET link = replace(link, 'jpx', 'jpy'),"
        " chain = encode(sha256(convert_to(replace(link, 'jpx', 'jpy'), 'UTF8')), 'hex') WHERE number = 2"
    )

    with pytest.raises(ChainBroken, match="revision 2 has the hash"):
        list(client.chain(head=(ledger.revision, ledger.chain or "")))
