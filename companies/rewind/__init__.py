"""Taking the ledger back to a revision: in a copy of a database, before anybody is served from it."""
