"""How much of a stranger's file is looked at: beyond these, it is no picture that anybody made.

Files are read in the program's own process, under these caps. A process apart would cost more than it protects:
Pillow's three decoders that are let near the bytes (PNG, JPEG, WebP) take time in proportion to the pixels that the
header promises, and the header is checked first.
"""

from __future__ import annotations

MAX_FILE = 256 * 2**20
"""Bytes."""
MAX_PIXELS = 64 * 2**20
"""Below the size at which Pillow begins to warn; 200 MB when decoded."""
MAX_TEXT = 2**20
"""Bytes of one text, packed and unpacked."""
MAX_ALL_TEXT = 4 * 2**20
"""Bytes of all texts of a file that are kept."""
MAX_PARTS = 20_000
"""Chunks or segments of a file: a large PNG has some thousands."""
MAX_DEPTH = 16
"""Folders within folders."""
MAX_FILES = 1_000_000
"""Files of one folder, with all below it."""
