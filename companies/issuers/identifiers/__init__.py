"""What others call an issue: ISIN, FIGI, LEI."""
