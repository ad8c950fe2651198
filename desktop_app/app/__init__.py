"""Builds the parts of the window and joins them: the one place that knows all layers."""
