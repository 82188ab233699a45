"""Syncs with a real worker."""
