"""Preferences: what there is to choose, what was chosen, and the file that remembers it."""
