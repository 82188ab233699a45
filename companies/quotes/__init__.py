"""Quotes: what is kept of them, and how long one is fresh."""
