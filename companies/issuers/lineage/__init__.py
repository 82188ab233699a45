"""Which issue came after which: proposals by rule, and what a person decided about them."""
