"""The tensors of a published Flax file under our names and in torch's orientation."""

from __future__ import annotations

import math
import mmap
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np
import torch
from torch import Tensor

from model_runtime.checkpoints.flax_msgpack import DTYPES, HeaderWalker, StoredArray
from model_runtime.checkpoints.names import torch_order
from model_runtime.config_file import HIGHEST_LAYERS
from model_runtime.errors import CorruptCheckpoint


@dataclass(frozen=True)
class Place:
    """One of our tensors: a whole array of the file, or one layer of a stacked one."""

    path: str
    array: StoredArray
    layer: int | None = None

    @property
    def stored_shape(self) -> tuple[int, ...]:
        """As the file has it, for one layer."""
        return self.array.shape if self.layer is None else self.array.shape[1:]


class FlaxSource:
    """A `TensorSource` over a published Flax file, layers stacked or apart."""

    def __init__(self, file: Path, flax_name: Callable[[str], str | None]) -> None:
        """`flax_name` gives our name for a path; a path it does not know keeps its own and is unexpected."""
        self.file = file
        try:
            with file.open("rb") as opened:
                self._data = mmap.mmap(opened.fileno(), 0, access=mmap.ACCESS_READ)
        except (OSError, ValueError) as error:  # an empty file cannot be mapped
            raise CorruptCheckpoint("corrupt_file", file=str(file), reason=str(error)) from error
        try:
            self._places = self._find(flax_name)
        except BaseException:
            self._data.close()
            raise

    def _find(self, flax_name: Callable[[str], str | None]) -> dict[str, Place]:
        places: dict[str, Place] = {}
        for path, array in HeaderWalker(self.file, self._data).walk().items():
            for name, place in self._named(path, array, flax_name(path) or path):
                if name in places:  # stacked and apart in one file
                    raise CorruptCheckpoint("unexpected_tensor", file=str(self.file), tensor=path)
                places[name] = place
        return places

    def _named(self, path: str, array: StoredArray, name: str) -> Iterator[tuple[str, Place]]:
        if "{layer}" not in name:
            yield name, Place(path, array)
            return
        if not array.shape or array.shape[0] > HIGHEST_LAYERS:
            raise CorruptCheckpoint(
                "misshapen_tensor",
                file=str(self.file),
                tensor=path,
                found=array.shape,
                expected="(layers, …)",
            )
        for layer in range(array.shape[0]):
            yield name.replace("{layer}", str(layer)), Place(path, array, layer)

    @property
    def names(self) -> Collection[str]:
        """Ours, and the file's own for what is not ours."""
        return self._places.keys()

    def shape(self, name: str) -> tuple[int, ...]:
        """As `tensor(name)` will have it."""
        place = self._places[name]
        stored = place.stored_shape
        return tuple(stored[axis] for axis in torch_order(place.path, len(stored)))

    def tensor(self, name: str) -> Tensor:
        """A fresh tensor; the mapped pages it came from are given back at once."""
        place = self._places[name]
        shape, dtype = place.stored_shape, np.dtype(DTYPES[place.array.dtype])
        count = math.prod(shape)
        start = place.array.offset + (place.layer or 0) * count * dtype.itemsize
        # Copied: values in the file stand at odd addresses, and the mapping is read-only.
        values = np.frombuffer(self._data, dtype, count, start).reshape(shape).copy()
        if hasattr(mmap, "MADV_DONTNEED"):
            page = start - start % mmap.PAGESIZE
            self._data.madvise(mmap.MADV_DONTNEED, page, start + count * dtype.itemsize - page)
        tensor = torch.from_numpy(values)
        tensor = tensor.view(torch.bfloat16) if place.array.dtype == "bfloat16" else tensor
        return tensor.permute(torch_order(place.path, len(shape)))

    def described(self, name: str) -> str:
        """Our name, with the file's own where there is one."""
        if name not in self._places or self._places[name].path == name:
            return name
        place = self._places[name]
        layer = "" if place.layer is None else f", layer {place.layer}"
        return f"{name} ({place.path}{layer})"

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._data.close()
