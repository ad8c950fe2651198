"""What is asked of the engine, and what becomes of it."""
