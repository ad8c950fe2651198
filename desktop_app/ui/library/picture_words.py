"""A picture of the grid in words, for screen readers and tooltips."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QDateTime, QLocale

from desktop_app.core.library.search.picture_row import PictureRow
from desktop_app.ui.formats import percent, reading_locale

translate = QCoreApplication.translate


def described(row: PictureRow) -> str:
    """Prompt, day, stars and state, the most important first."""
    parts = [row.prompt or translate("Library", "Picture without a prompt")]
    when = QDateTime.fromSecsSinceEpoch(int(row.created.timestamp()))
    parts.append(reading_locale().toString(when, QLocale.FormatType.LongFormat))
    if row.favourite:
        parts.append(translate("Library", "favourite"))
    if row.rating:
        parts.append(
            translate("Library", "%n stars", None, row.rating) if row.rating > 1 else translate("Library", "1 star")
        )
    if row.done < 1:
        parts.append(translate("Library", "unfinished, {share} drawn").format(share=percent(row.done)))
    if row.missing:
        parts.append(translate("Library", "file is missing"))
    if row.source:
        parts.append(translate("Library", "from {program}").format(program=row.source))
    return ", ".join(parts)
