"""J-Quants, the API of JPX Market Innovation & Research: V2 with a key, V1 with tokens."""
