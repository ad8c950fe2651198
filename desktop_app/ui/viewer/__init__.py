"""One picture at a time, large."""
