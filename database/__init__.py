"""How every process is connected to PostgreSQL, and what it does when that is away."""
