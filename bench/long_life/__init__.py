"""A product that has had a list every business day for ten and for twenty years: what each operation costs at the end beside the beginning."""
