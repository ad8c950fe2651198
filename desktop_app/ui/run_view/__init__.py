"""The middle of the Create page: the run on the screen, or the page that shows how to begin."""
