"""Finding pictures: what a person types, what it means, and the rows that answer it."""
