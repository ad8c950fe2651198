"""What can be asked of pictures."""

from __future__ import annotations

from enum import StrEnum


class PictureAct(StrEnum):
    """One act on the pictures that are chosen."""

    OPEN = "open"
    USE_SETTINGS = "use_settings"
    DRAW_AGAIN = "draw_again"
    MORE_LIKE_IT = "more_like_it"
    FINISH = "finish"
    FAVOURITE = "favourite"  # turns it: all become favourites, or none where all are
    RATE = "rate"  # value: 0..5
    TAG = "tag"
    ADD_TO_COLLECTION = "add_to_collection"  # value: the collection; None = ask
    REMOVE_FROM_COLLECTION = "remove_from_collection"
    COPY = "copy"
    SAVE_AS = "save_as"
    SHARE_COPY = "share_copy"
    CONTACT_SHEET = "contact_sheet"
    MEME_SHEET = "meme_sheet"
    ZIP = "zip"
    GALLERY = "gallery"
    SHOW_IN_FOLDER = "show_in_folder"
    SAME_PROMPT = "same_prompt"
    SAME_SEED = "same_seed"
    SAME_SETTINGS = "same_settings"
    DELETE = "delete"
    RESTORE = "restore"
