"""Synchronisation over REST."""
