"""For every fault: how grave it is, what to advise and what to offer. A table, so that none is forgotten."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from desktop_app.core.faults import Fault


class Level(StrEnum):
    """How loudly a notice speaks."""

    INFO = "info"
    ADVICE = "advice"
    WARNING = "warning"
    ERROR = "error"


class Advice(StrEnum):
    """What a person can do, or may stop worrying about; one plain sentence each in the window."""

    NONE = "none"
    CHANGE_VALUE = "change_value"  # the field that the message names
    GET_MODEL_AGAIN = "get_model_again"
    CHOOSE_MODEL = "choose_model"
    CHOOSE_DEVICE = "choose_device"
    FEWER_PICTURES = "fewer_pictures"
    FREE_SPACE = "free_space"
    CHOOSE_FOLDER = "choose_folder"
    CHECK_PERMISSION = "check_permission"
    CHECK_DRIVE = "check_drive"  # unplugged, or its network is away
    CLOSE_OTHERS = "close_others"  # another program holds the file
    UPDATE_ARMCHAIR = "update_armchair"
    INSTALL_AGAIN = "install_again"
    TRY_AGAIN = "try_again"
    WAIT_FOR_ENGINE = "wait_for_engine"
    DRAW_AGAIN = "draw_again"  # same seed, same picture
    PICTURES_ARE_SAFE = "pictures_are_safe"  # the files are; the index will be made again
    DEFAULTS_USED = "defaults_used"  # until the preferences are changed
    SEND_REPORT = "send_report"


class Action(StrEnum):
    """Buttons beside a notice."""

    COPY_DETAILS = "copy_details"
    RETRY = "retry"
    UNDO = "undo"
    OPEN_PREFERENCES = "open_preferences"
    OPEN_MODELS = "open_models"
    OPEN_PICTURES_FOLDER = "open_pictures_folder"
    OPEN_LOGS = "open_logs"
    OPEN_REPORT = "open_report"


@dataclass(frozen=True)
class Guidance:
    """A row of the table."""

    level: Level
    advice: Advice = Advice.NONE
    actions: tuple[Action, ...] = ()


_FORM = Guidance(Level.ADVICE, Advice.CHANGE_VALUE)
_BROKEN_MODEL = Guidance(Level.ERROR, Advice.GET_MODEL_AGAIN, (Action.OPEN_MODELS, Action.COPY_DETAILS))
_OTHER_MODEL = Guidance(Level.ERROR, Advice.CHOOSE_MODEL, (Action.OPEN_MODELS, Action.COPY_DETAILS))
_DEVICE = Guidance(Level.ERROR, Advice.CHOOSE_DEVICE, (Action.OPEN_PREFERENCES,))
_PICTURE = Guidance(Level.WARNING, Advice.NONE, (Action.COPY_DETAILS,))
_BUG = Guidance(Level.ERROR, Advice.SEND_REPORT, (Action.COPY_DETAILS, Action.OPEN_LOGS))
_FOLDER = Guidance(Level.ERROR, Advice.CHOOSE_FOLDER)
_PRESET = Guidance(Level.ADVICE, Advice.CHANGE_VALUE)

GUIDANCE: Mapping[str, Guidance] = {
    # requests
    "not_an_integer": _FORM,
    "not_a_number": _FORM,
    "not_text": _FORM,
    "out_of_range": _FORM,
    "unknown_choice": _FORM,
    "wrong_length": _FORM,
    "wrong_shape": _FORM,
    "control_used": _BUG,
    # models
    "model_not_installed": _OTHER_MODEL,
    "not_a_model_folder": _OTHER_MODEL,
    "corrupt_file": _BROKEN_MODEL,
    "corrupt_tokenizer": _BROKEN_MODEL,
    "missing_tensor": _BROKEN_MODEL,
    "unexpected_tensor": _BROKEN_MODEL,
    "misshapen_tensor": _BROKEN_MODEL,
    "wrong_tensors": _BROKEN_MODEL,
    "bad_dtype": _BROKEN_MODEL,
    "unsupported_layout": _OTHER_MODEL,
    "missing_config": _BROKEN_MODEL,
    "bad_config": _BROKEN_MODEL,
    "unsupported_switch": _OTHER_MODEL,
    "download_not_available": _OTHER_MODEL,
    "vqgan_needed": _OTHER_MODEL,
    "clip_needed": _OTHER_MODEL,
    "codes_do_not_fit": _OTHER_MODEL,
    "decoder_only": _OTHER_MODEL,
    "out_of_memory": Guidance(Level.ERROR, Advice.FEWER_PICTURES, (Action.OPEN_PREFERENCES, Action.COPY_DETAILS)),
    "precision_unavailable": _DEVICE,
    "device_unavailable": _DEVICE,
    # pictures
    "not_a_picture": _PICTURE,
    "no_recipe": _PICTURE,
    "bad_recipe": _PICTURE,
    "newer_recipe": Guidance(Level.WARNING, Advice.UPDATE_ARMCHAIR),
    "cancelled": Guidance(Level.INFO),
    # the engine's process
    "engine_died": Guidance(Level.ERROR, Advice.TRY_AGAIN, (Action.RETRY, Action.COPY_DETAILS)),
    "engine_not_ready": Guidance(Level.ADVICE, Advice.WAIT_FOR_ENGINE),
    "engine_not_loadable": Guidance(Level.ERROR, Advice.INSTALL_AGAIN, (Action.RETRY, Action.COPY_DETAILS)),
    # keeping pictures
    "picture_not_saved": Guidance(Level.ERROR, Advice.DRAW_AGAIN, (Action.OPEN_PREFERENCES, Action.COPY_DETAILS)),
    "pictures_folder_gone": Guidance(Level.WARNING, Advice.CHECK_DRIVE, (Action.RETRY, Action.OPEN_PREFERENCES)),
    "pictures_unwritable": Guidance(Level.ERROR, Advice.CHOOSE_FOLDER, (Action.OPEN_PREFERENCES, Action.RETRY)),
    "pictures_disk_low": Guidance(Level.WARNING, Advice.FREE_SPACE, (Action.OPEN_PICTURES_FOLDER,)),
    "outside_pictures": Guidance(Level.WARNING, Advice.NONE, (Action.OPEN_PICTURES_FOLDER,)),
    # the catalogue
    "catalogue_unavailable": Guidance(Level.ERROR, Advice.PICTURES_ARE_SAFE, (Action.RETRY, Action.COPY_DETAILS)),
    "corrupt_catalogue": Guidance(Level.WARNING, Advice.PICTURES_ARE_SAFE, (Action.COPY_DETAILS,)),
    "newer_catalogue": Guidance(Level.ERROR, Advice.UPDATE_ARMCHAIR),
    "journal_unwritable": Guidance(Level.ERROR, Advice.TRY_AGAIN, (Action.RETRY, Action.COPY_DETAILS)),
    "journal_unreadable": Guidance(Level.ERROR, Advice.PICTURES_ARE_SAFE, (Action.RETRY, Action.COPY_DETAILS)),
    "journal_damaged": Guidance(Level.WARNING, Advice.PICTURES_ARE_SAFE),
    "index_damaged": Guidance(Level.WARNING, Advice.PICTURES_ARE_SAFE, (Action.COPY_DETAILS,)),
    # looking at everything
    "picture_missing": Guidance(Level.WARNING, Advice.CHECK_DRIVE),
    "picture_changed": _PICTURE,
    "picture_not_listed": Guidance(Level.ADVICE),
    "row_differs": Guidance(Level.WARNING, Advice.PICTURES_ARE_SAFE),
    "tokens_out_of_range": _PICTURE,
    # moving the library, and backups of it
    "copy_differs": Guidance(Level.ERROR, Advice.CHECK_DRIVE, (Action.RETRY,)),
    "move_into_itself": _FOLDER,
    "move_target_used": _FOLDER,
    "move_no_room": Guidance(Level.ERROR, Advice.FREE_SPACE, (Action.RETRY,)),
    "bad_backup": Guidance(Level.ERROR, Advice.NONE, (Action.COPY_DETAILS,)),
    "newer_backup": Guidance(Level.ERROR, Advice.UPDATE_ARMCHAIR),
    "not_arrangeable": _FORM,
    "collection_unknown": Guidance(Level.ADVICE),
    "collection_is_smart": Guidance(Level.ADVICE),
    "collection_needs_name": _FORM,
    # jobs that waited while the program was closed
    "bad_job": Guidance(Level.WARNING, Advice.DRAW_AGAIN, (Action.COPY_DETAILS,)),
    "newer_job": Guidance(Level.WARNING, Advice.UPDATE_ARMCHAIR),
    # preferences and presets
    "bad_setting": Guidance(Level.WARNING, Advice.DEFAULTS_USED, (Action.OPEN_PREFERENCES,)),
    "broken_settings": Guidance(Level.WARNING, Advice.DEFAULTS_USED, (Action.OPEN_PREFERENCES,)),
    "newer_settings": Guidance(Level.ADVICE, Advice.UPDATE_ARMCHAIR),
    "bad_preset": Guidance(Level.WARNING, Advice.NONE, (Action.COPY_DETAILS,)),
    "broken_presets": Guidance(Level.WARNING, Advice.NONE, (Action.COPY_DETAILS,)),
    "newer_presets": Guidance(Level.ADVICE, Advice.UPDATE_ARMCHAIR),
    "preset_name_empty": _PRESET,
    "preset_name_long": _PRESET,
    "preset_name_taken": _PRESET,
    "preset_built_in": _PRESET,
    "preset_unknown": _PRESET,
    "preset_too_many": _PRESET,
    # pictures going out and coming in
    "export_cancelled": Guidance(Level.INFO),
    "nothing_to_export": Guidance(Level.WARNING, Advice.NONE, (Action.COPY_DETAILS,)),
    "sheet_too_large": Guidance(Level.ADVICE, Advice.FEWER_PICTURES),
    "no_video_encoder": Guidance(Level.ADVICE),
    "video_encoder_failed": Guidance(Level.ERROR, Advice.TRY_AGAIN, (Action.COPY_DETAILS,)),
    "import_not_a_picture": _PICTURE,
    "import_damaged": _PICTURE,
    "import_too_large": _PICTURE,
    "import_not_a_file": _PICTURE,
    "import_changed": Guidance(Level.WARNING, Advice.TRY_AGAIN),
    "import_inside_pictures": Guidance(Level.ADVICE, Advice.CHOOSE_FOLDER),
    # what was not foreseen
    "os_error": Guidance(Level.ERROR, Advice.TRY_AGAIN, (Action.COPY_DETAILS,)),
    "unexpected_error": _BUG,
    "crash_reported": Guidance(Level.WARNING, Advice.SEND_REPORT, (Action.OPEN_REPORT,)),
    "pictures_deleted": Guidance(Level.INFO, Advice.NONE, (Action.UNDO,)),
    # the plot
    "plot_needs_model": Guidance(Level.ADVICE, Advice.CHOOSE_MODEL),
    "plot_not_drawn_yet": Guidance(Level.INFO),
}
"""Fault code → guidance: every code of the engine's and of the program's own."""

DISK_GUIDANCE: Mapping[str, Guidance] = {
    "disk_full": Guidance(Level.ERROR, Advice.FREE_SPACE, (Action.RETRY, Action.COPY_DETAILS)),
    "read_only": Guidance(Level.ERROR, Advice.CHOOSE_FOLDER, (Action.OPEN_PREFERENCES, Action.COPY_DETAILS)),
    "not_allowed": Guidance(Level.ERROR, Advice.CHECK_PERMISSION, (Action.OPEN_PREFERENCES, Action.COPY_DETAILS)),
    "missing": Guidance(Level.ERROR, Advice.CHECK_DRIVE, (Action.RETRY, Action.COPY_DETAILS)),
    "busy": Guidance(Level.ERROR, Advice.CLOSE_OTHERS, (Action.RETRY, Action.COPY_DETAILS)),
    "device_failed": Guidance(Level.ERROR, Advice.CHECK_DRIVE, (Action.RETRY, Action.COPY_DETAILS)),
    "other": GUIDANCE["os_error"],
}
"""`kind` of an `os_error` → guidance, which differs although the code is one."""


def guidance(fault: Fault) -> Guidance:
    """The row for a fault; one nobody foresaw is treated as a bug."""
    kind = str(fault.parameters.get("kind", "")) if fault.code == "os_error" else ""
    return DISK_GUIDANCE.get(kind) or GUIDANCE.get(fault.code, _BUG)
