"""Listing events as a person or a program asks for them; the view itself is in the database."""
