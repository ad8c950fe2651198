"""One picture at a time, large: what is shown of it and what can be done with it."""
