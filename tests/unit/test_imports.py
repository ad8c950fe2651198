"""What each package loads, seen from a fresh interpreter: layers hold in fact, not only on paper."""

import subprocess
import sys
from collections.abc import Sequence

import pytest

HEAVY = ("torch", "transformers", "taming")
QT = ("PySide6", "shiboken6")
NO_TORCH_NO_QT = (*HEAVY, *QT, "desktop_app")
CORE = (*HEAVY, *QT)

LIGHT: dict[str, Sequence[str]] = {
    "model_runtime": (*NO_TORCH_NO_QT, "numpy", "PIL"),
    "model_runtime.errors": (*NO_TORCH_NO_QT, "numpy", "PIL"),
    "model_runtime.request": (*NO_TORCH_NO_QT, "PIL"),
    "model_runtime.control": (*NO_TORCH_NO_QT, "PIL"),
    "model_runtime.presets": NO_TORCH_NO_QT,
    "model_runtime.resources": NO_TORCH_NO_QT,
    "model_runtime.events": NO_TORCH_NO_QT,
    "model_runtime.result": NO_TORCH_NO_QT,
    "model_runtime.recipe": NO_TORCH_NO_QT,
    "model_runtime.recipe.picture_file": NO_TORCH_NO_QT,
    "model_runtime.recipe.exclusive": NO_TORCH_NO_QT,
    "model_runtime.text.tokenizer": NO_TORCH_NO_QT,
    "model_runtime.text.normalizer": NO_TORCH_NO_QT,
    "model_runtime.text.reading": NO_TORCH_NO_QT,
    "desktop_app.core.crash_handlers": (*CORE, "tokenizers"),
    "desktop_app.core.crash_reports": (*CORE, "tokenizers"),
    "desktop_app.core.logs": (*CORE, "tokenizers"),
    "desktop_app.core.notices": (*CORE, "tokenizers"),
    "desktop_app.core.paths": (*CORE, "numpy", "PIL"),
    "desktop_app.core.presets": (*CORE, "tokenizers"),
    "desktop_app.core.prompts.completion": (*CORE, "tokenizers"),
    "desktop_app.core.prompts.history": (*CORE, "tokenizers"),
    "desktop_app.core.prompts.known_words": (*CORE, "tokenizers"),
    "desktop_app.core.prompts.reader": CORE,
    "desktop_app.core.sampling_plot": (*CORE, "PIL"),
    "desktop_app.core.settings.settings_file": (*CORE, "tokenizers"),
    "desktop_app.core.window_state": (*CORE, "numpy", "PIL"),
}
"""Module → top-level packages that importing it must not load."""


def loaded_by(statement: str) -> set[str]:
    """Top-level packages in sys.modules after `statement`, in an interpreter of its own."""
    code = f"import sys\n{statement}\nprint(*{{name.partition('.')[0] for name in sys.modules}})"
    done = subprocess.run([sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return set(done.stdout.split())


@pytest.mark.parametrize("module", LIGHT)
def test_a_light_module_loads_nothing_heavy(module: str) -> None:
    assert loaded_by(f"import {module}").isdisjoint(LIGHT[module])


def test_lazy_names_of_the_contract_stay_light() -> None:
    names = "GenerationRequest, SamplingSettings, RunControl"
    assert loaded_by(f"from model_runtime import {names}").isdisjoint(NO_TORCH_NO_QT)


def test_the_check_itself_sees_what_is_loaded() -> None:
    assert {"json", "PIL"} <= loaded_by("import json, PIL.Image")
