"""Signing in to the admin: the pause after wrong passwords, and the second factor."""
