"""What files do not say of pictures: an append-only file of acts, and what they add up to."""
