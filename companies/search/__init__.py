"""Search by code or name: what a query means, once, and finding it in the database and in memory."""
