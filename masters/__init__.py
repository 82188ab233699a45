"""The masters that listed issues refer to: market segments and sectors."""
