"""The layer of WSGI ahead of Django: admission of keys, and answers that are in the cache or made from memory."""
