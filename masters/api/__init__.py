"""Market segments and sectors over REST."""
