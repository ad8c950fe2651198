"""Zooming leaves what is under the pointer where it is, fits when asked, and never loses the picture."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPointF, QSize, QSizeF

from desktop_app.ui.viewer.zoom import CLOSEST, HONEST, Zoom


def zoom(view: tuple[float, float] = (800, 600), picture: tuple[int, int] = (256, 256), ratio: float = 1.0) -> Zoom:
    made = Zoom()
    made.set_view(QSizeF(*view), ratio)
    made.set_picture(QSize(*picture))
    return made


def share_at(made: Zoom, place: QPointF) -> QPointF:
    rect = made.rect()
    return QPointF((place.x() - rect.left()) / rect.width(), (place.y() - rect.top()) / rect.height())


def test_a_picture_fits_and_goes_on_fitting() -> None:
    made = zoom()
    assert made.rect().height() == 600
    assert made.rect().center().x() == 400
    made.set_view(QSizeF(300, 900), 1.0)
    assert made.rect().width() == 300


@pytest.mark.parametrize("ratio", [1.0, 1.5, 2.0])
def test_its_own_size_is_one_device_pixel_a_pixel(ratio: float) -> None:
    made = zoom(ratio=ratio)
    made.actual()
    assert made.device_scale == pytest.approx(1)
    assert made.rect().width() * ratio == pytest.approx(256)
    assert (made.rect().left() * ratio) % 1 == pytest.approx(0, abs=1e-9)  # on whole device pixels: no blur


@given(st.floats(250, 550), st.floats(150, 450), st.floats(1.2, 6))
def test_what_is_under_the_pointer_stays(x: float, y: float, factor: float) -> None:
    made = zoom()
    made.zoom_by(2)
    before = share_at(made, QPointF(x, y))
    made.zoom_by(factor, QPointF(x, y))
    after = share_at(made, QPointF(x, y))
    near = 2 / made.rect().width()
    assert after.x() == pytest.approx(before.x(), abs=near)
    assert after.y() == pytest.approx(before.y(), abs=near)


@given(st.lists(st.tuples(st.floats(-3000, 3000), st.floats(-3000, 3000), st.floats(0.2, 5)), max_size=12))
def test_the_picture_is_never_lost(moves: list[tuple[float, float, float]]) -> None:
    made = zoom()
    for dx, dy, factor in moves:
        made.zoom_by(factor, QPointF(200, 200))
        made.pan(QPointF(dx, dy))
        rect = made.rect()
        for low, high, size, room in (
            (rect.left(), rect.right(), rect.width(), 800),
            (rect.top(), rect.bottom(), rect.height(), 600),
        ):
            if size >= room:
                assert low <= 1
                assert high >= room - 1
            else:
                assert (low + high) / 2 == pytest.approx(room / 2, abs=1)


def test_pixels_are_squares_only_far_in() -> None:
    made = zoom(picture=(16, 16))
    assert made.device_scale > HONEST
    assert not made.is_honest  # a small picture that fits is still smooth
    made.zoom_by(1.5)
    assert made.is_honest
    made.zoom_by(1000)
    assert made.device_scale == CLOSEST


def test_the_next_picture_of_the_same_size_stays_in_place() -> None:
    made = zoom()
    made.zoom_by(5, QPointF(100, 100))
    before = made.rect()
    made.set_picture(QSize(256, 256))
    assert made.rect() == before
    made.set_picture(QSize(512, 512))
    assert made.fits
