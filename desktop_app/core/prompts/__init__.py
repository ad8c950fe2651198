"""Prompts: what the model reads of them."""
