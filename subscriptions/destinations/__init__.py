"""Where something is told to: addresses, their secrets, and why one is paused."""
