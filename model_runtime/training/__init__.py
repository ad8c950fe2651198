"""Training a model of this architecture from scratch; knows nothing of what the pictures show."""
