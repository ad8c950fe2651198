"""Pictures going out: copies, sheets, archives, a gallery, a time-lapse; the library itself is only read."""
