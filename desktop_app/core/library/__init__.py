"""The picture library: files on the disk, and the catalogue that indexes them."""
