"""Where the chain of revisions ends: a backup says it, and what was restored has to end there, too."""

from django.db import connection
from psycopg import sql

from backups.manifest import ChainHead

#: What the ledger has no name for here: this room stands beside it.
_HEAD = "SELECT number, chain FROM public.ledger_revisions WHERE chain IS NOT NULL ORDER BY number DESC LIMIT 1"
_CHECK = """DO $check$ DECLARE head record; BEGIN
    {head} INTO head;
    IF head.number IS DISTINCT FROM {number} OR head.chain IS DISTINCT FROM {chain} THEN
        RAISE EXCEPTION 'the chain of revisions ends at % %, that of the backup at % %', head.number, head.chain, {number}, {chain};
    END IF;
END $check$;
"""


def find_chain_head() -> ChainHead | None:
    """As the current transaction sees it; `None` where no revision has a hash."""
    with connection.cursor() as cursor:
        cursor.execute(_HEAD)
        found = cursor.fetchone()
    return None if found is None else ChainHead(revision=int(found[0]), chain=str(found[1]))


def check_of(head: ChainHead) -> str:
    """A statement that fails where the chain ends elsewhere."""
    values = {"head": sql.SQL(_HEAD), "number": sql.Literal(head.revision), "chain": sql.Literal(head.chain)}
    return sql.SQL(_CHECK).format(**values).as_string()
