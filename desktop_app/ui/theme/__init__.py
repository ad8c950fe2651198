"""Colours, type and icons: how everything looks, in one place."""
