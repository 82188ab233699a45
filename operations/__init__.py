"""What keeps the product running for years: metrics, probes, signs of life, the log of page requests."""
