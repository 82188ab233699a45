"""What is told to whom: subscriptions, and what they make of what happened."""
