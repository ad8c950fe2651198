"""Why a file is not taken in: each reason is a code with words in the window."""

from __future__ import annotations

from model_runtime.errors import ArmchairError


class ImportRefused(ArmchairError):
    """One file is left where it is; the others go on.

    import_not_a_picture (file): neither PNG nor JPEG nor WebP by its contents, whatever its name says.
    import_damaged (file, reason): begins as a picture and cannot be decoded to its end.
    import_too_large (file, allowed): more bytes, or more pixels, than a picture has.
    import_not_a_file (file): a pipe, a device, a link.
    import_changed (file): another program wrote to it, or took it away, while it was read.
    import_inside_pictures (file): the folder to take in is the library, or a part of it.
    """
