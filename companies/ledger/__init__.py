"""The ledger: its entries, the judgement of a new list, and the history that follows from all of them."""
