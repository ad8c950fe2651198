"""The run in the middle of the Create page: what is being drawn, or a stored run that was opened."""
