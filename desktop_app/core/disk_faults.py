"""What the disk refused, told apart as far as it changes what to do about it."""

from __future__ import annotations

import errno
from typing import Literal

DiskFault = Literal["disk_full", "read_only", "not_allowed", "missing", "busy", "device_failed", "other"]

_NAMES: dict[DiskFault, tuple[str, ...]] = {
    # EFBIG: FAT takes no file beyond 4 GiB; the advice, more room elsewhere, is the same.
    "disk_full": ("ENOSPC", "EDQUOT", "EFBIG"),
    "read_only": ("EROFS",),
    "not_allowed": ("EACCES", "EPERM"),
    "missing": ("ENOENT", "ENOTDIR", "ENXIO", "ENODEV"),
    "busy": ("EBUSY", "ETXTBSY"),
    "device_failed": ("EIO", "ESTALE"),  # ESTALE: a network drive that went away and came back
}
# By name: not every system has every number.
_KINDS = {getattr(errno, name): kind for kind, names in _NAMES.items() for name in names if hasattr(errno, name)}

_WINDOWS_KINDS: dict[int, DiskFault] = {
    112: "disk_full",  # ERROR_DISK_FULL
    39: "disk_full",  # ERROR_HANDLE_DISK_FULL
    19: "read_only",  # ERROR_WRITE_PROTECT
    32: "busy",  # ERROR_SHARING_VIOLATION
    33: "busy",  # ERROR_LOCK_VIOLATION
    21: "missing",  # ERROR_NOT_READY
    53: "missing",  # ERROR_BAD_NETPATH
}
"""Windows' own numbers, which say more than the errno that Python makes of them."""


def kind_of(error: OSError) -> DiskFault:
    """Which of the kinds an OSError is."""
    windows = getattr(error, "winerror", None)
    return _WINDOWS_KINDS.get(windows or 0) or _KINDS.get(error.errno or 0, "other")
