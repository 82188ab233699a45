"""The language that texts are in, and the words and colours of statuses."""
