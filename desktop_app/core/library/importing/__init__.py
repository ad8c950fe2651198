"""Pictures coming in: a stranger's files are data, within caps, and are never changed."""
