"""Between a slider's places, its values and their written form."""

from __future__ import annotations

import math
from dataclasses import dataclass

from PySide6.QtCore import QLocale

PLACES = 1000
"""A slider's integer places from the lowest to the highest value."""
OFF_PLACE = PLACES + 40
"""The place of "off", far enough past the highest value to be hit and to be told from it."""

Value = float | int | None


@dataclass(frozen=True, kw_only=True)
class SliderScale:
    """Values from `lowest` to `highest`, both above 0 where `logarithmic`; whole numbers where decimals = 0.

    Raises ValueError for a scale without an extent, or a logarithmic one that reaches 0.

    step: what an arrow key changes; on a logarithmic scale a factor beyond 1. may_be_off: past the highest
    value lies one more place, "off", whose value is None.
    """

    lowest: float
    highest: float
    decimals: int
    step: float
    logarithmic: bool = False
    may_be_off: bool = False

    def __post_init__(self) -> None:
        if not self.lowest < self.highest or (self.logarithmic and self.lowest <= 0):
            raise ValueError(f"no scale goes from {self.lowest} to {self.highest}")

    @property
    def last_place(self) -> int:
        """The right end of the slider."""
        return OFF_PLACE if self.may_be_off else PLACES

    def place_of(self, value: Value) -> int:
        """The nearest place to a value; values outside the scale lie at its ends, None at the right one."""
        if value is None:
            return self.last_place
        inside = min(max(float(value), self.lowest), self.highest)
        if self.logarithmic:
            share = math.log(inside / self.lowest) / math.log(self.highest / self.lowest)
        else:
            share = (inside - self.lowest) / (self.highest - self.lowest)
        return round(share * PLACES)

    def value_at(self, place: int) -> Value:
        """The value at a place of the slider."""
        if self.may_be_off and place > (PLACES + OFF_PLACE) // 2:
            return None
        share = min(max(place / PLACES, 0.0), 1.0)
        if self.logarithmic:
            return self.rounded(self.lowest * (self.highest / self.lowest) ** share)
        return self.rounded(self.lowest + share * (self.highest - self.lowest))

    def rounded(self, value: float) -> float | int:
        """A value with as many decimals as the scale has, kept inside it."""
        inside = min(max(value, self.lowest), self.highest)
        return round(inside) if self.decimals == 0 else round(inside, self.decimals)

    def stepped(self, value: Value, steps: int) -> Value:
        """The value so many steps higher, or lower where negative; past the highest one lies off."""
        if value is None:
            return None if steps > 0 else self.rounded(self.highest)
        if steps > 0 and self.may_be_off and value >= self.highest:
            return None
        moved = value * self.step**steps if self.logarithmic else value + self.step * steps
        result = self.rounded(moved)
        if result == self.rounded(value) and self.decimals == 0:  # a factor too small to be seen in whole numbers
            result = self.rounded(value + math.copysign(1, steps))
        return result

    def text_of(self, value: float, locale: QLocale) -> str:
        """A value in words of the locale, without thousands marks, so that it can be typed back."""
        plain = QLocale(locale)
        plain.setNumberOptions(QLocale.NumberOption.OmitGroupSeparator)
        if self.decimals == 0:
            return plain.toString(round(value))
        # Values set from elsewhere may be finer than the slider's own.
        shown = max(self.decimals, min(4, len(f"{value:.4f}".rstrip("0").partition(".")[2])))
        return plain.toString(float(value), "f", shown)

    def parse(self, text: str, locale: QLocale) -> float | int | None:
        """The number in a text, in the locale's form or with a point; None where it is none of this scale's."""
        number, understood = locale.toDouble(text.strip())
        if not understood:
            number, understood = QLocale.c().toDouble(text.strip())
        if not understood or not math.isfinite(number) or not self.lowest <= number <= self.highest:
            return None
        if self.decimals == 0:
            return int(number) if number == int(number) else None
        return float(number)
