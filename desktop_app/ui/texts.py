"""From codes to words: the one place where what core and engine say becomes sentences in the person's language."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QCoreApplication

from desktop_app.core.advice import Action, Advice
from desktop_app.core.faults import Fault
from desktop_app.core.jobs.engine_state import EngineStage
from desktop_app.core.notices import Notice
from desktop_app.core.settings.marking import QT_TRANSLATE_NOOP
from desktop_app.core.settings.preference import Choice, Group, Preference
from desktop_app.core.settings.settings import BY_KEY, CONTEXT
from desktop_app.core.tracebacks import shorten_home
from desktop_app.ui.formats import number
from desktop_app.ui.message_sentences import DISK_SENTENCES, SENTENCES

translate = QCoreApplication.translate

UNKNOWN = QT_TRANSLATE_NOOP("Messages", "Something happened that Armchair has no words for ({code}).")

ADVICE: Mapping[Advice, str] = {
    Advice.NONE: "",
    Advice.CHANGE_VALUE: QT_TRANSLATE_NOOP("Messages", "Change it and try again."),
    Advice.GET_MODEL_AGAIN: QT_TRANSLATE_NOOP("Messages", "Get the model again, or choose another one."),
    Advice.CHOOSE_MODEL: QT_TRANSLATE_NOOP("Messages", "Choose another model."),
    Advice.CHOOSE_DEVICE: QT_TRANSLATE_NOOP("Messages", "Choose another device or precision in the preferences."),
    Advice.FEWER_PICTURES: QT_TRANSLATE_NOOP("Messages", "Draw fewer pictures, or close other programs."),
    Advice.FREE_SPACE: QT_TRANSLATE_NOOP("Messages", "Make some room, or save pictures on another drive."),
    Advice.CHOOSE_FOLDER: QT_TRANSLATE_NOOP("Messages", "Choose another folder in the preferences."),
    Advice.CHECK_PERMISSION: QT_TRANSLATE_NOOP("Messages", "Allow it in the system, or choose another folder."),
    Advice.CHECK_DRIVE: QT_TRANSLATE_NOOP("Messages", "Is its drive plugged in, or its network reachable?"),
    Advice.CLOSE_OTHERS: QT_TRANSLATE_NOOP("Messages", "Close the other program, then try again."),
    Advice.UPDATE_ARMCHAIR: QT_TRANSLATE_NOOP("Messages", "Use the newer Armchair for it."),
    Advice.INSTALL_AGAIN: QT_TRANSLATE_NOOP("Messages", "Install Armchair again."),
    Advice.TRY_AGAIN: QT_TRANSLATE_NOOP("Messages", "Try again."),
    Advice.WAIT_FOR_ENGINE: QT_TRANSLATE_NOOP("Messages", "Wait until the model is loaded."),
    Advice.DRAW_AGAIN: QT_TRANSLATE_NOOP("Messages", "Draw it again: the same seed gives the same picture."),
    Advice.PICTURES_ARE_SAFE: QT_TRANSLATE_NOOP("Messages", "The pictures themselves are safe."),
    Advice.DEFAULTS_USED: QT_TRANSLATE_NOOP("Messages", "The default is used until you change it."),
    Advice.SEND_REPORT: QT_TRANSLATE_NOOP("Messages", "Please report it; the details hold none of your prompts."),
}

ACTIONS: Mapping[Action, str] = {
    Action.COPY_DETAILS: QT_TRANSLATE_NOOP("Messages", "Copy details"),
    Action.RETRY: QT_TRANSLATE_NOOP("Messages", "Try again"),
    Action.UNDO: QT_TRANSLATE_NOOP("Messages", "Undo"),
    Action.OPEN_PREFERENCES: QT_TRANSLATE_NOOP("Messages", "Preferences…"),
    Action.OPEN_MODELS: QT_TRANSLATE_NOOP("Messages", "Models"),
    Action.OPEN_PICTURES_FOLDER: QT_TRANSLATE_NOOP("Messages", "Open pictures folder"),
    Action.OPEN_LOGS: QT_TRANSLATE_NOOP("Messages", "Open log folder"),
    Action.OPEN_REPORT: QT_TRANSLATE_NOOP("Messages", "Show report"),
}

FIELDS: Mapping[str, str] = {
    "prompt": QT_TRANSLATE_NOOP("Messages", "The prompt"),
    "image_count": QT_TRANSLATE_NOOP("Messages", "The number of pictures"),
    "seed": QT_TRANSLATE_NOOP("Messages", "The seed"),
    "seeds": QT_TRANSLATE_NOOP("Messages", "The list of seeds"),
    "temperature": QT_TRANSLATE_NOOP("Messages", "Temperature"),
    "top_k": QT_TRANSLATE_NOOP("Messages", "Top-k"),
    "top_p": QT_TRANSLATE_NOOP("Messages", "Top-p"),
    "condition_scale": QT_TRANSLATE_NOOP("Messages", "Condition scale"),
    "keep": QT_TRANSLATE_NOOP("Messages", "The number of pictures to keep"),
}

PRESETS: Mapping[str, str] = {
    "model": QT_TRANSLATE_NOOP("Messages", "As the model says"),
    "official": QT_TRANSLATE_NOOP("Messages", "DALL·E Mini’s notebook"),
    "min-dalle": QT_TRANSLATE_NOOP("Messages", "min-dalle’s defaults"),
}

ENGINE_STAGES: Mapping[EngineStage, str] = {
    EngineStage.STARTING: QT_TRANSLATE_NOOP("Messages", "Starting"),
    EngineStage.IMPORTING: QT_TRANSLATE_NOOP("Messages", "Getting ready to draw"),
    EngineStage.LOADING: QT_TRANSLATE_NOOP("Messages", "Loading the model"),
    EngineStage.READY: QT_TRANSLATE_NOOP("Messages", "Ready"),
    EngineStage.FAILED: QT_TRANSLATE_NOOP("Messages", "Not ready to draw"),
    EngineStage.STOPPED: QT_TRANSLATE_NOOP("Messages", "Stopped"),
}

RUN_STAGES: Mapping[str, str] = {
    "encoding": QT_TRANSLATE_NOOP("Messages", "Reading the prompt"),
    "drawing": QT_TRANSLATE_NOOP("Messages", "Drawing"),
    "decoding": QT_TRANSLATE_NOOP("Messages", "Developing"),
    "scoring": QT_TRANSLATE_NOOP("Messages", "Comparing with the prompt"),
    "ranking": QT_TRANSLATE_NOOP("Messages", "Putting in order"),
}

GROUPS: Mapping[Group, str] = {
    Group.GENERAL: QT_TRANSLATE_NOOP("Messages", "General"),
    Group.DRAWING: QT_TRANSLATE_NOOP("Messages", "Drawing"),
    Group.ENGINE: QT_TRANSLATE_NOOP("Messages", "Engine"),
    Group.FOLDERS: QT_TRANSLATE_NOOP("Messages", "Folders"),
    Group.PRIVACY: QT_TRANSLATE_NOOP("Messages", "Privacy"),
}


def sentence(message: Fault | Notice) -> str:
    """What happened, as one plain sentence; never fails, also for a code or parameter that it does not know."""
    template = SENTENCES.get(message.code)
    if message.code == "os_error":
        template = DISK_SENTENCES.get(str(message.parameters.get("kind")), template)
    if template is None:
        return _message(UNKNOWN).format(code=message.code)
    words = {name: _worded(name, value) for name, value in message.parameters.items()}
    return _message(template).format_map(defaultdict(lambda: "…", words))


def advice(which: Advice) -> str:
    """What can be done about it, or "" where there is nothing to say."""
    return _message(ADVICE[which])


def action(which: Action) -> str:
    """A button's words."""
    return _message(ACTIONS[which])


def preset(name: str) -> str:
    """A preset's name: translated where it comes with the program, else as the person wrote it."""
    return _message(PRESETS[name]) if name in PRESETS else name


def engine_stage(stage: EngineStage) -> str:
    """What the engine is doing."""
    return _message(ENGINE_STAGES[stage])


def run_stage(stage: str) -> str:
    """What a run is doing, by the stage that the engine names."""
    return _message(RUN_STAGES.get(stage, RUN_STAGES["drawing"]))


def group(which: Group) -> str:
    """A section of the preferences."""
    return _message(GROUPS[which])


def setting_title(preference: Preference) -> str:
    """What a preference is called."""
    return translate(CONTEXT, preference.title)


def setting_help(preference: Preference) -> str:
    """What a preference means."""
    return translate(CONTEXT, preference.help)


def choice_title(choice: Choice) -> str:
    """What one of a preference's values is called."""
    return translate(CONTEXT, choice.title) if choice.title else str(choice.value)


def field(name: str) -> str:
    """A field of a request or a preference."""
    if name in FIELDS:
        return _message(FIELDS[name])
    return setting_title(BY_KEY[name]) if name in BY_KEY else name


def _message(text: str) -> str:
    return translate("Messages", text) if text else ""


def _worded(name: str, value: Any) -> str:
    """A parameter in words: paths without the home folder, fields by their names, numbers with their marks."""
    if name == "field":
        return field(str(value))
    if isinstance(value, int) and not isinstance(value, bool) and name not in ("found", "known", "exit_code"):
        return number(value)
    return shorten_home(str(value))
