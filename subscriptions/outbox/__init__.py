"""What happened and is to be told: written in the transaction in which it happened."""
