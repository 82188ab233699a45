"""The exchange's calendar, as a source told it and as it is computed."""
