"""Every preference of the program, each declared once: the dialog, the file and the checks all read this."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from desktop_app.core.settings.marking import QT_TRANSLATE_NOOP
from desktop_app.core.settings.preference import Choice, Group, Kind, Preference, declarations_of, declared

CONTEXT = "Settings"
"""The translation context of all titles and helps. The marks below spell it out, since lupdate reads no names."""


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What a person prefers; raises InvalidRequest for a value that its declaration does not allow."""

    theme: str = declared(
        "system",
        kind=Kind.CHOICE,
        group=Group.GENERAL,
        title=QT_TRANSLATE_NOOP("Settings", "Theme"),
        help=QT_TRANSLATE_NOOP("Settings", "Light, dark, or as the rest of your system."),
        choices=(
            Choice("system", QT_TRANSLATE_NOOP("Settings", "As the system")),
            Choice("light", QT_TRANSLATE_NOOP("Settings", "Light")),
            Choice("dark", QT_TRANSLATE_NOOP("Settings", "Dark")),
        ),
    )
    reduced_motion: str = declared(
        "system",
        kind=Kind.CHOICE,
        group=Group.GENERAL,
        title=QT_TRANSLATE_NOOP("Settings", "Reduced motion"),
        help=QT_TRANSLATE_NOOP("Settings", "Shows changes at once instead of fading them in."),
        choices=(
            Choice("system", QT_TRANSLATE_NOOP("Settings", "As the system")),
            Choice("on", QT_TRANSLATE_NOOP("Settings", "On")),
            Choice("off", QT_TRANSLATE_NOOP("Settings", "Off")),
        ),
    )
    notify_when_finished: bool = declared(
        True,
        kind=Kind.SWITCH,
        group=Group.GENERAL,
        title=QT_TRANSLATE_NOOP("Settings", "Say when pictures are ready"),
        help=QT_TRANSLATE_NOOP("Settings", "Sends a notification when a run ends while another window is in front."),
    )
    inhibit_sleep: bool = declared(
        True,
        kind=Kind.SWITCH,
        group=Group.GENERAL,
        title=QT_TRANSLATE_NOOP("Settings", "Stay awake while drawing"),
        help=QT_TRANSLATE_NOOP("Settings", "The computer does not go to sleep before the queue is empty."),
    )
    image_count: int = declared(
        9,
        kind=Kind.CHOICE,
        group=Group.DRAWING,
        title=QT_TRANSLATE_NOOP("Settings", "Pictures a prompt"),
        help=QT_TRANSLATE_NOOP("Settings", "How many pictures a new window offers to draw at once."),
        choices=(Choice(1), Choice(4), Choice(9), Choice(16)),
    )
    preview_rate: str = declared(
        "every_row",
        kind=Kind.CHOICE,
        group=Group.DRAWING,
        title=QT_TRANSLATE_NOOP("Settings", "Unfinished pictures"),
        help=QT_TRANSLATE_NOOP(
            "Settings",
            "How often pictures are shown while they are drawn: after every row, or only where a sharper "
            "preview is due, or not before they are done. Fewer previews draw a little faster.",
        ),
        choices=(
            Choice("every_row", QT_TRANSLATE_NOOP("Settings", "After every row")),
            Choice("calm", QT_TRANSLATE_NOOP("Settings", "Now and then")),
            Choice("off", QT_TRANSLATE_NOOP("Settings", "Only when done")),
        ),
    )
    model: str = declared(
        "starter",
        kind=Kind.MODEL,
        group=Group.ENGINE,
        title=QT_TRANSLATE_NOOP("Settings", "Model"),
        help=QT_TRANSLATE_NOOP("Settings", "The model that is loaded when Armchair starts."),
    )
    device: str = declared(
        "auto",
        kind=Kind.CHOICE,
        group=Group.ENGINE,
        title=QT_TRANSLATE_NOOP("Settings", "Device"),
        help=QT_TRANSLATE_NOOP("Settings", "What draws. Automatic takes the fastest that is there."),
        choices=(
            Choice("auto", QT_TRANSLATE_NOOP("Settings", "Automatic")),
            Choice("cpu", QT_TRANSLATE_NOOP("Settings", "Processor")),
            Choice("cuda", QT_TRANSLATE_NOOP("Settings", "Graphics card (CUDA)")),
            Choice("mps", QT_TRANSLATE_NOOP("Settings", "Apple graphics (MPS)")),
        ),
    )
    precision: str = declared(
        "auto",
        kind=Kind.CHOICE,
        group=Group.ENGINE,
        title=QT_TRANSLATE_NOOP("Settings", "Precision"),
        help=QT_TRANSLATE_NOOP(
            "Settings", "How exactly the model calculates. float32 is the reference; the others need less memory."
        ),
        choices=(
            Choice("auto", QT_TRANSLATE_NOOP("Settings", "Automatic")),
            Choice("float32"),
            Choice("bfloat16"),
            Choice("float16"),
            Choice("int8"),
        ),
    )
    pictures_folder: str = declared(
        "",
        kind=Kind.FOLDER,
        group=Group.FOLDERS,
        title=QT_TRANSLATE_NOOP("Settings", "Pictures"),
        help=QT_TRANSLATE_NOOP("Settings", "New pictures are saved here. Those already saved stay where they are."),
        needs_restart=True,
    )
    models_folder: str = declared(
        "",
        kind=Kind.FOLDER,
        group=Group.FOLDERS,
        title=QT_TRANSLATE_NOOP("Settings", "Models"),
        help=QT_TRANSLATE_NOOP("Settings", "Models are looked for here, beside the one that comes with Armchair."),
        needs_restart=True,
    )
    keep_prompt_history: bool = declared(
        True,
        kind=Kind.SWITCH,
        group=Group.PRIVACY,
        title=QT_TRANSLATE_NOOP("Settings", "Remember prompts"),
        help=QT_TRANSLATE_NOOP("Settings", "Keeps what you typed for the up and down keys, on this computer only."),
    )

    def __post_init__(self) -> None:
        for preference in PREFERENCES:
            preference.check(getattr(self, preference.key))


PREFERENCES: tuple[Preference, ...] = declarations_of(Settings)
"""All declarations, in the order to show them."""

BY_KEY: Mapping[str, Preference] = {preference.key: preference for preference in PREFERENCES}
