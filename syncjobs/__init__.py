"""Every way a list comes into the ledger: files today, scheduled synchronisation next to them."""
