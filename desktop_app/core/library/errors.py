"""What can be wrong with the library that a person can act on."""

from __future__ import annotations

from model_runtime.errors import ArmchairError


class LibraryError(ArmchairError):
    """The catalogue cannot be used; the picture files are not touched by that.

    newer_catalogue (file, found, known): a newer Armchair made it.
    catalogue_unavailable (file, reason): locked too long, on a full or read-only disk, or damaged.
    journal_unwritable, journal_unreadable (file, reason): what was arranged cannot be kept, or is not known.
    """
