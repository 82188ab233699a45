"""Every way a list comes into the ledger: runs by schedule or on request, uploads and files; and refreshing quotes."""
