"""The whole database in one file, and back: `manage.py backup`, `manage.py restore`."""
