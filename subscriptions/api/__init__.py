"""Telling others over REST: where to, what, what went out, and the watch lists and saved views that narrow it."""
