"""Bringing a whole library, or a folder of it, to another place."""
