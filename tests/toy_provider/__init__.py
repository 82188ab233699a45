"""A provider that the product never heard of: a service of lists with a token, without plans and without a calendar."""
