"""What every endpoint shares: parameters, errors, negotiation, pages, states, and the schema."""
