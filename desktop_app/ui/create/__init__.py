"""The left panel of the Create page."""
