"""What a process tells of itself: log lines, from which secrets are taken out, and signs of life."""
