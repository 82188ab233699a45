"""The stream of what became known: revision after revision, from the first to the newest."""
