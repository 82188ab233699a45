"""Days of listing and delisting as the exchange announced them, beside those that follow from the lists."""
