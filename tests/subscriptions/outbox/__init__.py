"""What happened and is to be told."""
