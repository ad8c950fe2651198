"""Numbers as people read them: with the locale's marks, and no more exact than they are."""

from __future__ import annotations

import math

from PySide6.QtCore import QCoreApplication, QLocale

translate = QCoreApplication.translate

_MINUTE, _HOUR, _DAY = 60.0, 3600.0, 86_400.0


def reading_locale() -> QLocale:
    """The person's locale; English for "C", which systems without settings have and which groups no thousands."""
    locale = QLocale()
    return QLocale(QLocale.Language.English) if locale.language() == QLocale.Language.C else locale


def number(value: float, decimals: int = 0) -> str:
    """A number with thousands marks."""
    locale = reading_locale()
    return locale.toString(round(value)) if decimals == 0 else locale.toString(float(value), "f", decimals)


def figures(value: float) -> str:
    """A number of which about two figures matter: 9.4, 12, 2,048."""
    return number(value, 1 if value < 9.95 else 0)


def percent(share: float) -> str:
    """A share (0..1): 12 %, 4.1 %, 0.03 %, 0.1 %; "< 0.01 %" below that."""
    hundredths = share * 100
    if hundredths == 0:
        return translate("Formats", "{number} %").format(number=number(0))
    if hundredths < 0.01:
        return translate("Formats", "< {number} %").format(number=number(0.01, 2))
    finest = 0 if hundredths >= 9.95 else 1 if hundredths >= 0.95 else 2
    decimals = min(finest, len(f"{hundredths:.2f}".rstrip("0").partition(".")[2]))
    return translate("Formats", "{number} %").format(number=number(hundredths, decimals))


def duration(seconds: float) -> str:
    """How long something takes: "2 s", "3 min", "1 h 20 min"."""
    if seconds < 0.95:
        return translate("Formats", "less than 1 s")
    if seconds < _MINUTE:
        return translate("Formats", "{count} s").format(count=number(_rounded(seconds)))
    if seconds < _HOUR:
        return translate("Formats", "{count} min").format(count=number(round(seconds / _MINUTE)))
    if seconds < _DAY:
        hours, minutes = divmod(round(seconds / _MINUTE), 60)
        if minutes == 0:
            return translate("Formats", "{count} h").format(count=number(hours))
        return translate("Formats", "{hours} h {minutes} min").format(hours=number(hours), minutes=number(minutes))
    return translate("Formats", "more than a day")


def time_left(seconds: float) -> str:
    """How long it still takes: "about 2 s left"."""
    if not math.isfinite(seconds):
        return ""
    if seconds < 0.95:
        return translate("Formats", "nearly done")
    if seconds >= _DAY:
        return translate("Formats", "more than a day left")
    return translate("Formats", "about {duration} left").format(duration=duration(seconds))


def size(byte_count: int) -> str:
    """Memory or disk space: "4.6 GB"; a thousand bytes are a kilobyte, as disks and systems count."""
    value, units = float(byte_count), ("B", "kB", "MB", "GB", "TB")
    unit = 0
    while value >= 999.5 and unit < len(units) - 1:
        value, unit = value / 1000, unit + 1
    decimals = 1 if value < 99.95 and unit >= 2 else 0
    return translate("Formats", "{number} {unit}").format(number=number(value, decimals), unit=units[unit])


def rate(pictures_a_minute: float) -> str:
    """How fast pictures come: "52 pictures a minute"; slow ones are told the other way round."""
    if 0 < pictures_a_minute < 0.95:
        return translate("Formats", "a picture in {duration}").format(duration=duration(_MINUTE / pictures_a_minute))
    if pictures_a_minute < 9.95 and round(pictures_a_minute, 1) != round(pictures_a_minute):
        return translate("Formats", "{number} pictures a minute").format(number=number(pictures_a_minute, 1))
    count = round(pictures_a_minute)
    if count == 1:
        return translate("Formats", "1 picture a minute")
    return translate("Formats", "%n pictures a minute", None, count)


def device_name(device: str) -> str:
    """A device as people call it: CPU, CUDA, cuda:1 as it is."""
    return device.upper() if device in ("cpu", "cuda", "mps") else device


def _rounded(seconds: float) -> int:
    """Whole seconds up to twenty, then steps of five: a guess that jumps about helps nobody."""
    return round(seconds) if seconds < 20 else min(55, 5 * round(seconds / 5))
