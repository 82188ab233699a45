"""Days of listing and delisting as the exchange announced them, beside what lists show; and how the two agree."""
