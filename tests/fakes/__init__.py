"""The outside world over real HTTP."""
