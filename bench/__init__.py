"""Measurements against the budgets of the design: `make bench`. Never part of the tests."""
