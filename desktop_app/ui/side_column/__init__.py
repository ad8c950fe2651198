"""The column at the right: what waits above what was drawn."""
