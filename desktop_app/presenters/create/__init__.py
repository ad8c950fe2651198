"""The left panel of the Create page: what will be drawn, and what the model makes of it."""
