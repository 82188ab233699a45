"""What a person follows: watch lists, and views of lists under a name."""
