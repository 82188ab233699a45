"""Yahoo Finance: the latest price of a company."""
