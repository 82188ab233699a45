"""What can be wrong with a decision on a succession."""


class SuccessionChanged(Exception):
    """Somebody else decided meanwhile, or the proposal is gone."""
