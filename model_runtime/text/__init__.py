"""From what a person typed to the token ids a model reads: normalising, tokenising, showing what is read."""
