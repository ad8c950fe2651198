"""The picture file: pixels together with everything that made them."""
