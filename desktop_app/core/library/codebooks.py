"""How many codes each installed model's picture decoder knows, read from its small files."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

from model_runtime.model_store.lookup import installed_models


class Codebooks:
    """Of the models in `models_dir` and those that ship."""

    def __init__(self, models_dir: Path | None) -> None:
        self._folders = installed_models(models_dir)
        self.size = cache(self._size)
        """Model id → number of codes; None where the model is not installed, or does not tell."""

    def _size(self, model: str) -> int | None:
        folder = self._folders.get(model)
        if folder is None:
            return None
        try:
            values = json.loads((folder / "vqgan" / "config.json").read_text(encoding="utf-8"))
            codes = values["n_embed"]
        except (OSError, ValueError, KeyError, TypeError):
            return None
        return codes if isinstance(codes, int) and codes > 0 else None
