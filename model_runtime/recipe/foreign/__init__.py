"""What other programs write about the pictures they make, read as data."""
