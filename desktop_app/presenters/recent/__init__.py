"""The runs drawn last, and their thumbnails."""
