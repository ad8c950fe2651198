"""Faults that a person can act on.

Every error carries a code and parameters, never a finished sentence: `desktop_app` turns them into
words in the user's language. `str(error)` is a plain English reading for logs and for library users.
"""

from __future__ import annotations

SENTENCES: dict[str, str] = {}
"""code → English template; filled by `register` calls below, one line a code."""


class ArmchairError(Exception):
    """An expected fault: `code` says which, `parameters` say where and what."""

    def __init__(self, code: str, **parameters: object) -> None:
        self.code = code
        self.parameters = parameters
        super().__init__(code, parameters)

    def __str__(self) -> str:
        template = SENTENCES.get(self.code)
        if template is not None:
            try:
                return template.format(**self.parameters)
            except (KeyError, IndexError):  # a missing parameter must not hide the fault itself
                pass
        details = ", ".join(f"{name}={value!r}" for name, value in self.parameters.items())
        return f"{self.code} ({details})" if details else self.code


class InvalidRequest(ArmchairError, ValueError):
    """A request that cannot be drawn: the parameter `field` names what is wrong."""


class ModelNotInstalled(ArmchairError):
    """The model is neither a folder nor installed."""


class CorruptCheckpoint(ArmchairError):
    """A model file is truncated, or a tensor is missing, unexpected or misshapen."""


class CorruptPicture(ArmchairError):
    """A file is not a picture of Armchair's, or its recipe cannot be trusted."""


class UnsupportedConfig(ArmchairError):
    """A checkpoint asks for something that this engine does not compute."""


class OutOfMemory(ArmchairError):
    """Not enough memory, also after the batch was made smaller."""


class UnsupportedOperation(ArmchairError):
    """This model's files lack the part that the operation needs."""


class GenerationCancelled(ArmchairError):
    """The run was cancelled while `generate` waited for it."""


SENTENCES.update(
    {
        # requests
        "not_an_integer": "{field} must be a whole number, not {value!r}.",
        "not_a_number": "{field} must be a finite number, not {value!r}.",
        "not_text": "{field} must be text, not {value!r}.",
        "out_of_range": "{field} is {value!r}; it must be {allowed}.",
        "unknown_choice": "{field} is {value!r}; choose one of {allowed}.",
        "wrong_length": "{field} has {value} entries; it needs {allowed}.",
        "wrong_shape": "{field} has the shape {value}; it needs {allowed}.",
        "control_used": "This RunControl has steered a run already; make a fresh one for every run.",
        # models
        "model_not_installed": ("The model {model!r} is neither a folder nor installed. Installed: {installed}."),
        "not_a_model_folder": "{file} is not a model folder: {reason}.",
        "corrupt_file": "{file} cannot be read: {reason}. Get the file again.",
        "corrupt_tokenizer": "{file} is not a tokenizer that this program can read: {reason}.",
        "missing_tensor": "{file} lacks the tensor {tensor}. Get the file again.",
        "unexpected_tensor": "{file} holds a tensor that no part of the model takes: {tensor}.",
        "misshapen_tensor": "In {file} the tensor {tensor} has the shape {found}; the model needs {expected}.",
        "wrong_tensors": (
            "{file} does not fit its config.json. Missing: {missing_list}. Misshapen: {misshapen_list}. "
            "Unexpected: {unexpected_list}."
        ),
        "bad_dtype": "In {file} the tensor {tensor} has the type {found}, which is not supported.",
        "unsupported_layout": "{file} is stored as {layout}, which this program does not read.",
        "missing_config": "{file} lacks the entry {key}.",
        "bad_config": "In {file} the entry {key} is {value!r}; it must be {allowed}.",
        "unsupported_switch": (
            "{file} sets {key} to {value!r}, which this program does not compute; it needs {allowed}."
        ),
        "download_not_available": "{model} is not installed, and this version cannot download models yet.",
        "vqgan_needed": "{model} has no picture decoder (VQGAN) beside it; name its folder with vqgan=.",
        "clip_needed": "{model} has no CLIP beside it, so it cannot rank by CLIP.",
        "codes_do_not_fit": "{model}'s encoder gives codes that its text model does not know.",
        "decoder_only": "{file} holds only the decoder, so pictures cannot be turned into tokens.",
        "out_of_memory": "There is not enough memory on {device} for {batch} picture(s) at once.",
        "precision_unavailable": "{precision} does not work on {device}; use {allowed}.",
        "device_unavailable": "The device {device!r} is not available here; available: {allowed}.",
        # pictures
        "not_a_picture": "{file} cannot be read as a picture: {reason}.",
        "no_recipe": "{file} holds no Armchair recipe.",
        "bad_recipe": "The recipe in {file} is not valid: {field} {reason}.",
        "newer_recipe": "{file} was made by a newer Armchair (recipe version {found}; this one reads {known}).",
        "cancelled": "The run was cancelled after {done} of {total} pictures.",
    }
)
