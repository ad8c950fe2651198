"""The folder of models: what is installed, where it lies, what it says of itself."""
