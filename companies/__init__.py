"""The ledger of listed issues: companies, their versions, snapshots and listing events."""
