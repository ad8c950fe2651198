"""Named tensors of one weight file, whatever its layout."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from types import TracebackType
from typing import Any, Protocol, Self

from safetensors import SafetensorError, safe_open
from torch import Tensor

from model_runtime.errors import CorruptCheckpoint

READABLE_DTYPES = ("F32", "F16", "BF16")


class TensorSource(Protocol):
    """Tensors under our names and in torch's orientation, read one at a time.

    A file may hold several of our tensors stacked in one, or call them differently: only the source knows.
    Tensors are valid until the source is closed; it closes at the end of its `with` block.
    """

    @property
    def file(self) -> Path:
        """Named in errors."""
        ...

    @property
    def names(self) -> Collection[str]:
        """Every tensor of the file; those that are not ours keep the file's name."""
        ...

    def shape(self, name: str) -> tuple[int, ...]:
        """The shape that `tensor(name)` has, without reading it."""
        ...

    def tensor(self, name: str) -> Tensor:
        """The tensor in the file's dtype, on the CPU; it may be mapped, so copy what is to be kept."""
        ...

    def described(self, name: str) -> str:
        """Our name and, where it differs, the file's: how errors speak of a tensor, also of a missing one."""
        ...

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...


class SafetensorsSource:
    """Our own layout: a safetensors file under canonical names."""

    def __init__(self, file: Path) -> None:
        """Raises CorruptCheckpoint where the header is damaged or a tensor has another type than a float."""
        self.file = file
        opened = self._open()
        slices = {name: opened.get_slice(name) for name in opened.offset_keys()}
        for name, part in slices.items():
            if part.get_dtype() not in READABLE_DTYPES:
                raise CorruptCheckpoint("bad_dtype", file=str(file), tensor=name, found=part.get_dtype())
        self._shapes = {name: tuple(part.get_shape()) for name, part in slices.items()}

    def _open(self) -> Any:  # the library's own stubs leave its methods untyped
        try:
            return safe_open(str(self.file), framework="pt")
        except (SafetensorError, OSError, ValueError) as error:
            raise CorruptCheckpoint("corrupt_file", file=str(self.file), reason=str(error)) from error

    @property
    def names(self) -> Collection[str]:
        """As the file has them."""
        return self._shapes.keys()

    def shape(self, name: str) -> tuple[int, ...]:
        """As the header has it."""
        return self._shapes[name]

    def tensor(self, name: str) -> Tensor:
        """A mapped tensor. Each has a mapping of its own, which goes with it.

        One mapping for all would keep every page that was ever read, the whole file in the end.
        """
        tensor: Tensor = self._open().get_tensor(name)
        return tensor

    def described(self, name: str) -> str:
        """The file uses our names."""
        return name

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Nothing is held open between two tensors."""
