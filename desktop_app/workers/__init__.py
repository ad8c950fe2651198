"""Threads and the process around the engine."""
