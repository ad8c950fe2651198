"""NEXT: the prompts that wait."""
