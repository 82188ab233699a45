"""The ledger over REST."""
