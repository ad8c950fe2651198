"""The heads of days: "Today · 12". The day at the top of the view keeps its head in sight."""

from __future__ import annotations

from datetime import date

from PySide6.QtCore import QCoreApplication, QDate, QLocale, QRect, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter

from desktop_app.ui.formats import number, reading_locale
from desktop_app.ui.library.grid_geometry import GAP, GridGeometry, Section
from desktop_app.ui.theme.theme import Theme

translate = QCoreApplication.translate


def head_height(metrics: QFontMetrics) -> int:
    """Pixels that a head takes above its pictures."""
    return metrics.height() + 18


def day_name(day: date, today: date) -> str:
    """A day as people say it: "Today", "Yesterday", "Saturday, 21 November 2026" or as the locale writes it."""
    match (today - day).days:
        case 0:
            return translate("Library", "Today")
        case 1:
            return translate("Library", "Yesterday")
    locale = reading_locale()
    written = QDate(day.year, day.month, day.day)
    if locale.language() == QLocale.Language.English:
        return locale.toString(written, "d MMMM yyyy")
    return locale.toString(written, QLocale.FormatType.LongFormat)


class HeadPainter:
    """Paints heads over a strip of background, since pictures scroll below them."""

    def __init__(self, theme: Theme) -> None:
        self._theme = theme
        self._plain = QFont()
        self._strong = QFont()

    def set_font(self, font: QFont) -> None:
        """Write in this font."""
        self._plain, self._strong = QFont(font), QFont(font)
        self._strong.setWeight(QFont.Weight.DemiBold)

    def paint(self, painter: QPainter, grid: GridGeometry, section: Section, offset: int) -> None:
        """Paint a day's head where it belongs, or at the top of the view while the day is there."""
        if section.day is None:
            return
        lines = -(-section.count // grid.columns)
        end = section.top + lines * (grid.side + GAP) - GAP  # so that the last line pushes it out
        top = max(section.top, min(offset, end)) - offset
        strip = QRect(0, top, painter.device().width(), grid.head)
        painter.fillRect(strip.adjusted(0, 0, 0, -4), self._theme.color("background"))
        line = QRect(grid.margin, top, strip.width() - 2 * grid.margin, grid.head - 6)
        name, count = day_name(section.day.date, date.today()), f" · {number(section.count)}"
        upright = int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft)
        painter.setFont(self._strong)
        painter.setPen(self._theme.color("text"))
        painter.drawText(line, upright, name)
        painter.setFont(self._plain)
        painter.setPen(self._theme.color("text_2"))
        painter.drawText(line.adjusted(QFontMetrics(self._strong).horizontalAdvance(name), 0, 0, 0), upright, count)
