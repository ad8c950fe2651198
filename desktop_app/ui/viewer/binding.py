"""Joins the viewer's page with its presenters: the one place that knows both."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QObject
from PySide6.QtGui import QImage

from desktop_app.core.token_overlay import OverlayKind, token_overlay
from desktop_app.presenters.viewer.branch_presenter import BranchPresenter
from desktop_app.presenters.viewer.family_presenter import FamilyPresenter
from desktop_app.presenters.viewer.opened_picture import OpenedPicture, ViewedPicture
from desktop_app.presenters.viewer.time_lapse_presenter import LapseStage, LapseState, TimeLapsePresenter
from desktop_app.presenters.viewer.viewer_presenter import ViewerMode, ViewerPresenter
from desktop_app.ui.viewer.viewer_page import ViewerPage

OVERLAYS = {ViewerMode.SURPRISE: OverlayKind.SURPRISE, ViewerMode.PROMPT: OverlayKind.PROMPT}


@dataclass(frozen=True, kw_only=True)
class ViewerParts:
    """The presenters behind one viewer."""

    viewer: ViewerPresenter
    time_lapse: TimeLapsePresenter
    branch: BranchPresenter
    family: FamilyPresenter


def bind_viewer(page: ViewerPage, parts: ViewerParts, undrawn: tuple[int, int, int] = (231, 228, 218)) -> None:
    """Have the page show what the presenters say, and its signals ask for acts; once for a page.

    undrawn: the colour of what is not drawn yet in saved time-lapses.
    """
    _Binding(page, parts, undrawn)


class _Binding(QObject):
    def __init__(self, page: ViewerPage, parts: ViewerParts, undrawn: tuple[int, int, int]) -> None:
        super().__init__(page)  # lives as long; connections to methods do not keep their object
        self._page, self._parts = page, parts
        viewer, lapse, branch, family = parts.viewer, parts.time_lapse, parts.branch, parts.family
        page.stepped.connect(viewer.step)
        page.mode_wanted.connect(viewer.set_mode)
        page.back_wanted.connect(viewer.leave)
        viewer.picture_changed.connect(self._show_picture)
        viewer.opened.connect(self._show_opened)
        viewer.other_opened.connect(self._show_other)
        viewer.mode_changed.connect(self._show_mode)
        page.compare_bar.other_stepped.connect(viewer.step_other)
        page.compare_bar.swap_wanted.connect(viewer.swap)
        page.rewind_layer.row_wanted.connect(branch.set_row)
        page.rewind_bar.draw_wanted.connect(branch.draw_from_row)
        branch.rewind_changed.connect(self._show_rewind)
        page.time_bar.play_wanted.connect(lapse.play)
        page.time_bar.scrubbed.connect(lapse.scrub)
        page.time_bar.speed_chosen.connect(lapse.set_speed)
        page.time_bar.by_token_chosen.connect(lapse.set_by_token)
        page.time_bar.load_wanted.connect(lapse.load_model)
        page.time_bar.save_wanted.connect(lambda: lapse.save(undrawn))
        lapse.state_changed.connect(self._show_lapse)
        lapse.frame_changed.connect(self._show_frame)
        page.family.chosen.connect(family.choose)
        family.family_changed.connect(self._show_family)
        family.thumbnail_arrived.connect(page.family.show_thumbnail)
        self._show_rewind(branch.rewind)
        self._show_lapse(lapse.state)

    def _show_picture(self) -> None:
        viewer, page = self._parts.viewer, self._page
        picture = viewer.picture
        if picture is None:
            return
        page.show_picture(picture.prompt, viewer.index, viewer.count)
        self._show_names()
        if viewer.current is None:  # the last one stays for the moment that reading takes
            page.token_layer.set_overlay(None)

    def _show_opened(self) -> None:
        viewer, page = self._parts.viewer, self._page
        opened = viewer.current
        if opened is None:
            return
        page.show_trouble(opened.fault)
        if not opened.picture.prompt:
            page.show_picture(_prompt(opened), viewer.index, viewer.count)
        page.canvas.set_image(opened.image)
        self._parts.branch.open(opened)
        self._show_details(viewer.mode)

    def _show_mode(self, mode: ViewerMode) -> None:
        opened = self._parts.viewer.current
        self._page.show_mode(mode)
        self._show_names()
        if opened is not None:
            self._page.canvas.set_image(opened.image)
        self._show_details(mode)

    def _show_details(self, mode: ViewerMode) -> None:
        """What only one of the modes needs of the picture."""
        parts, page, opened = self._parts, self._page, self._parts.viewer.current
        if mode in OVERLAYS:
            kind = OVERLAYS[mode]
            recipe = None if opened is None else opened.recipe
            overlay = None if recipe is None else token_overlay(recipe, kind)
            page.token_bar.show_overlay(kind, overlay)
            page.token_layer.set_overlay(overlay)
        if mode is ViewerMode.COMPARE:
            self._show_other()
        if mode is ViewerMode.FAMILY and parts.viewer.picture is not None:
            parts.family.open(parts.viewer.picture.id)
        parts.time_lapse.open(opened if mode is ViewerMode.TIME_LAPSE else None)
        page.show_mode(mode)  # its bar may have become higher

    def _show_other(self) -> None:
        other = self._parts.viewer.other
        self._page.compare_layer.set_other(QImage() if other is None else other.image)
        self._show_names()

    def _show_names(self) -> None:
        viewer = self._parts.viewer
        self._page.compare_bar.show_names(
            _name(viewer.picture, viewer.current), _name(viewer.other_picture, viewer.other)
        )

    def _show_rewind(self, _state: object) -> None:
        state = self._parts.branch.rewind
        self._page.rewind_layer.set_rows(state.row, state.last, state.side)
        self._page.rewind_bar.show_state(state)

    def _show_lapse(self, state: LapseState) -> None:
        self._page.time_bar.show_state(state)
        ready = state.stage is LapseStage.READY
        self._page.time_layer.set_position(state.tokens, state.side if ready else 0)

    def _show_frame(self, image: QImage) -> None:
        if self._parts.viewer.mode is ViewerMode.TIME_LAPSE:
            self._page.canvas.set_image(image)

    def _show_family(self, family: object) -> None:
        picture = self._parts.viewer.picture
        self._page.family.show_family(self._parts.family.family, "" if picture is None else picture.id)
        if self._parts.viewer.mode is ViewerMode.FAMILY:
            self._page.show_mode(ViewerMode.FAMILY)


def _prompt(opened: OpenedPicture) -> str:
    if opened.recipe is not None:
        return opened.recipe.run.prompt
    return opened.foreign.prompt if opened.foreign is not None else opened.picture.path.name


def _name(picture: ViewedPicture | None, opened: OpenedPicture | None) -> str:
    """Prompt and seed tell two pictures apart, with both the same model and settings the seed alone."""
    if opened is not None and opened.recipe is not None:
        return f"{opened.recipe.seed} · {opened.recipe.run.prompt}"
    return "" if picture is None else picture.path.name
