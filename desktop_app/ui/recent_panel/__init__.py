"""RECENT: the runs that were drawn."""
