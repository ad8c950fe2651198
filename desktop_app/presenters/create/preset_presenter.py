"""Named sampling settings: those that come with the program, the model's own, and a person's."""
