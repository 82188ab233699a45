"""What goes out: messages, to whom each has to go, and each attempt."""
