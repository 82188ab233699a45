"""The list of the next business day, which is there the evening before and is revised in the morning."""
