"""Weight files: reading the published layouts and ours, and writing ours."""
