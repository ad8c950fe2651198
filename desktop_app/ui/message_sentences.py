"""Every message code of the engine's and the program's own, in words."""

from __future__ import annotations

from collections.abc import Mapping

from desktop_app.core.settings.marking import QT_TRANSLATE_NOOP

SENTENCES: Mapping[str, str] = {
    # requests
    "not_an_integer": QT_TRANSLATE_NOOP("Messages", "{field} must be a whole number, not {value}."),
    "not_a_number": QT_TRANSLATE_NOOP("Messages", "{field} must be a number, not {value}."),
    "not_text": QT_TRANSLATE_NOOP("Messages", "{field} must be text, not {value}."),
    "out_of_range": QT_TRANSLATE_NOOP("Messages", "{field} is {value}; it must be {allowed}."),
    "unknown_choice": QT_TRANSLATE_NOOP("Messages", "{field} cannot be {value}. Possible: {allowed}."),
    "wrong_length": QT_TRANSLATE_NOOP("Messages", "{field} has {value} entries; it needs {allowed}."),
    "wrong_shape": QT_TRANSLATE_NOOP("Messages", "{field} has the shape {value}; it needs {allowed}."),
    "control_used": QT_TRANSLATE_NOOP(
        "Messages", "A run was started with controls that had already steered another one."
    ),
    # models
    "model_not_installed": QT_TRANSLATE_NOOP("Messages", "The model “{model}” is not installed."),
    "not_a_model_folder": QT_TRANSLATE_NOOP("Messages", "{file} is not a model’s folder: {reason}."),
    "corrupt_file": QT_TRANSLATE_NOOP("Messages", "The model’s file {file} cannot be read: {reason}."),
    "corrupt_tokenizer": QT_TRANSLATE_NOOP("Messages", "The model’s words in {file} cannot be read: {reason}."),
    "corrupt_word_frequencies": QT_TRANSLATE_NOOP(
        "Messages", "The list of common words, {file}, cannot be read: {reason}."
    ),
    "missing_tensor": QT_TRANSLATE_NOOP("Messages", "The model’s file {file} lacks “{tensor}”."),
    "unexpected_tensor": QT_TRANSLATE_NOOP(
        "Messages", "The model’s file {file} holds something that no part of the model takes: “{tensor}”."
    ),
    "misshapen_tensor": QT_TRANSLATE_NOOP(
        "Messages", "In the model’s file {file}, “{tensor}” has the shape {found} instead of {expected}."
    ),
    "wrong_tensors": QT_TRANSLATE_NOOP(
        "Messages",
        "The model’s file {file} does not fit its description. Missing: {missing_list}. "
        "Misshapen: {misshapen_list}. Unexpected: {unexpected_list}.",
    ),
    "bad_dtype": QT_TRANSLATE_NOOP(
        "Messages", "In the model’s file {file}, “{tensor}” is stored as {found}, which cannot be read."
    ),
    "unsupported_layout": QT_TRANSLATE_NOOP("Messages", "{file} is stored as {layout}, which Armchair does not read."),
    "missing_config": QT_TRANSLATE_NOOP("Messages", "The model’s description {file} lacks the entry “{key}”."),
    "bad_config": QT_TRANSLATE_NOOP(
        "Messages", "In the model’s description {file}, “{key}” is {value}; it must be {allowed}."
    ),
    "unsupported_switch": QT_TRANSLATE_NOOP(
        "Messages", "{file} sets “{key}” to {value}, which Armchair does not compute; it needs {allowed}."
    ),
    "download_not_available": QT_TRANSLATE_NOOP(
        "Messages", "{model} is not installed, and this version of Armchair cannot download models yet."
    ),
    "vqgan_needed": QT_TRANSLATE_NOOP("Messages", "{model} has no picture decoder (VQGAN) beside it."),
    "clip_needed": QT_TRANSLATE_NOOP(
        "Messages", "{model} has no CLIP beside it, so it cannot put pictures in order by CLIP."
    ),
    "codes_do_not_fit": QT_TRANSLATE_NOOP(
        "Messages", "{model} turns pictures into codes that its own text model does not know."
    ),
    "decoder_only": QT_TRANSLATE_NOOP("Messages", "{file} holds only the decoder, so it cannot read pictures."),
    "out_of_memory": QT_TRANSLATE_NOOP("Messages", "There is not enough memory on {device} to draw {batch} at once."),
    "precision_unavailable": QT_TRANSLATE_NOOP(
        "Messages", "{precision} does not work on {device}. Possible: {allowed}."
    ),
    "device_unavailable": QT_TRANSLATE_NOOP(
        "Messages", "{device} is not available on this computer. Possible: {allowed}."
    ),
    # pictures
    "not_a_picture": QT_TRANSLATE_NOOP("Messages", "{file} cannot be read as a picture: {reason}."),
    "no_recipe": QT_TRANSLATE_NOOP("Messages", "{file} was not drawn by Armchair, or has lost its recipe."),
    "bad_recipe": QT_TRANSLATE_NOOP("Messages", "The recipe in {file} cannot be trusted: {field} {reason}."),
    "newer_recipe": QT_TRANSLATE_NOOP("Messages", "{file} was drawn by a newer Armchair."),
    "cancelled": QT_TRANSLATE_NOOP("Messages", "Stopped after {done} of {total} pictures."),
    # the engine's process
    "engine_died": QT_TRANSLATE_NOOP("Messages", "The part of Armchair that draws stopped unexpectedly."),
    "engine_not_ready": QT_TRANSLATE_NOOP("Messages", "The model is not ready yet."),
    "engine_not_loadable": QT_TRANSLATE_NOOP("Messages", "The part of Armchair that draws cannot start: {reason}."),
    # keeping pictures
    "picture_not_saved": QT_TRANSLATE_NOOP("Messages", "A picture could not be saved: {reason}."),
    "pictures_folder_gone": QT_TRANSLATE_NOOP("Messages", "The pictures folder is not there: {file}."),
    "pictures_unwritable": QT_TRANSLATE_NOOP("Messages", "Pictures cannot be saved in {file}: {reason}."),
    "pictures_disk_low": QT_TRANSLATE_NOOP("Messages", "There is hardly any room left in {file}: {free_mb} MB."),
    "outside_pictures": QT_TRANSLATE_NOOP("Messages", "{file} lies outside the pictures folder, so it was left alone."),
    # the catalogue
    "catalogue_unavailable": QT_TRANSLATE_NOOP("Messages", "The list of your pictures cannot be used: {reason}."),
    "corrupt_catalogue": QT_TRANSLATE_NOOP(
        "Messages", "The list of your pictures was damaged and has been made again from the pictures."
    ),
    "newer_catalogue": QT_TRANSLATE_NOOP("Messages", "The list of your pictures was made by a newer Armchair."),
    "journal_unwritable": QT_TRANSLATE_NOOP("Messages", "Your change could not be written down: {reason}."),
    "journal_unreadable": QT_TRANSLATE_NOOP("Messages", "Your ratings, tags and collections cannot be read: {reason}."),
    "journal_damaged": QT_TRANSLATE_NOOP(
        "Messages", "Some of what you arranged cannot be read and was left out. Lines: {count}."
    ),
    "index_damaged": QT_TRANSLATE_NOOP("Messages", "The list of your pictures is damaged: {reason}."),
    "picture_missing": QT_TRANSLATE_NOOP("Messages", "{file} is not there any more."),
    "picture_changed": QT_TRANSLATE_NOOP("Messages", "{file} holds another picture now."),
    "picture_not_listed": QT_TRANSLATE_NOOP("Messages", "{file} is not in the list of your pictures yet."),
    "row_differs": QT_TRANSLATE_NOOP("Messages", "The list says something else than {file}: {field}."),
    "tokens_out_of_range": QT_TRANSLATE_NOOP(
        "Messages", "{file} holds the token {found}, which its model does not know; the highest is {allowed}."
    ),
    "copy_differs": QT_TRANSLATE_NOOP("Messages", "{file} could not be copied faithfully."),
    "move_into_itself": QT_TRANSLATE_NOOP("Messages", "{file} lies inside the library, or the other way round."),
    "move_target_used": QT_TRANSLATE_NOOP("Messages", "There are other files in the new folder, such as {file}."),
    "move_no_room": QT_TRANSLATE_NOOP("Messages", "{file} needs {needed_mb} MB, but only {free_mb} MB are free."),
    "bad_backup": QT_TRANSLATE_NOOP("Messages", "{file} is not a whole backup: {reason}."),
    "newer_backup": QT_TRANSLATE_NOOP("Messages", "{file} was made by a newer Armchair."),
    "not_arrangeable": QT_TRANSLATE_NOOP("Messages", "This is too long, or cannot be kept: {field}."),
    "collection_unknown": QT_TRANSLATE_NOOP("Messages", "This collection is not there any more."),
    "collection_is_smart": QT_TRANSLATE_NOOP("Messages", "“{name}” finds its pictures by itself; none can be put in."),
    "collection_needs_name": QT_TRANSLATE_NOOP("Messages", "A collection needs a name."),
    "bad_job": QT_TRANSLATE_NOOP("Messages", "A waiting prompt could not be read and was left out: {field} {reason}."),
    "newer_job": QT_TRANSLATE_NOOP("Messages", "A waiting prompt was saved by a newer Armchair and was left out."),
    # preferences and presets
    "bad_setting": QT_TRANSLATE_NOOP("Messages", "The preference “{field}” cannot be {value}."),
    "broken_settings": QT_TRANSLATE_NOOP("Messages", "The preferences file could not be read: {reason}."),
    "newer_settings": QT_TRANSLATE_NOOP(
        "Messages", "The preferences were saved by a newer Armchair; what this one knows of them is used."
    ),
    "bad_preset": QT_TRANSLATE_NOOP("Messages", "The preset “{name}” could not be read: {reason}."),
    "broken_presets": QT_TRANSLATE_NOOP("Messages", "Your presets could not be read: {reason}."),
    "newer_presets": QT_TRANSLATE_NOOP("Messages", "Your presets were saved by a newer Armchair."),
    "preset_name_empty": QT_TRANSLATE_NOOP("Messages", "A preset needs a name."),
    "preset_name_long": QT_TRANSLATE_NOOP("Messages", "A preset’s name can be {allowed} characters long at most."),
    "preset_too_many": QT_TRANSLATE_NOOP("Messages", "There can be {allowed} presets at most; delete one first."),
    "preset_name_taken": QT_TRANSLATE_NOOP("Messages", "There is a preset called “{name}” already."),
    "preset_built_in": QT_TRANSLATE_NOOP("Messages", "“{name}” comes with Armchair and cannot be changed."),
    "preset_unknown": QT_TRANSLATE_NOOP("Messages", "There is no preset called “{name}”."),
    # pictures going out and coming in
    "export_cancelled": QT_TRANSLATE_NOOP("Messages", "Stopped; nothing was written."),
    "nothing_to_export": QT_TRANSLATE_NOOP("Messages", "None of these pictures can be read, so nothing was written."),
    "sheet_too_large": QT_TRANSLATE_NOOP("Messages", "{count} pictures do not fit on one sheet."),
    "no_video_encoder": QT_TRANSLATE_NOOP(
        "Messages",
        "Videos need the program ffmpeg, which was not found on this computer. GIF and WebP work without it.",
    ),
    "video_encoder_failed": QT_TRANSLATE_NOOP("Messages", "The video could not be written: {reason}."),
    "import_not_a_picture": QT_TRANSLATE_NOOP("Messages", "{file} is neither a PNG nor a JPEG nor a WebP picture."),
    "import_damaged": QT_TRANSLATE_NOOP("Messages", "{file} is damaged and was left where it is: {reason}."),
    "import_too_large": QT_TRANSLATE_NOOP("Messages", "{file} is larger than Armchair takes in ({allowed})."),
    "import_not_a_file": QT_TRANSLATE_NOOP("Messages", "{file} is a link or a device, not a file."),
    "import_changed": QT_TRANSLATE_NOOP("Messages", "{file} changed while it was read, and was left where it is."),
    "import_inside_pictures": QT_TRANSLATE_NOOP(
        "Messages", "{file} is in the library already; choose a folder outside of it."
    ),
    # what was not foreseen
    "os_error": QT_TRANSLATE_NOOP("Messages", "The system refused {file}: {reason}."),
    "unexpected_error": QT_TRANSLATE_NOOP("Messages", "Something in Armchair went wrong ({kind})."),
    "crash_reported": QT_TRANSLATE_NOOP(
        "Messages", "Armchair ended unexpectedly last time, and wrote down what happened."
    ),
    "pictures_deleted": QT_TRANSLATE_NOOP("Messages", "Moved to the trash. Pictures: {count}."),
    # the plot
    "plot_needs_model": QT_TRANSLATE_NOOP(
        "Messages", "Only the model that drew this picture, {model}, can tell; it is not loaded."
    ),
    "plot_not_drawn_yet": QT_TRANSLATE_NOOP("Messages", "This cell is not drawn yet."),
}
"""Code → sentence with the code's parameters; to be translated in the context "Messages"."""

DISK_SENTENCES: Mapping[str, str] = {
    "disk_full": QT_TRANSLATE_NOOP("Messages", "There is no room left to write {file}."),
    "read_only": QT_TRANSLATE_NOOP("Messages", "{file} cannot be written: its drive is read-only."),
    "not_allowed": QT_TRANSLATE_NOOP("Messages", "Armchair is not allowed to use {file}."),
    "missing": QT_TRANSLATE_NOOP("Messages", "{file} is not there."),
    "busy": QT_TRANSLATE_NOOP("Messages", "Another program is using {file}."),
    "device_failed": QT_TRANSLATE_NOOP("Messages", "The drive with {file} does not answer."),
    "other": QT_TRANSLATE_NOOP("Messages", "The system refused {file}: {reason}."),
}
"""`kind` of an `os_error` → sentence."""
