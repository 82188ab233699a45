"""What the admin's pages have in common, whichever app they belong to."""
