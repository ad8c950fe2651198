"""Jobs that wait, and the one that is being drawn."""
