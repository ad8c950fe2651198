"""Prompts: what the model reads of them, earlier ones, and what could come next."""
