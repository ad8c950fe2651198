"""The viewer: one large picture, what can be done with it below, the way through the others above."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QRect, Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from desktop_app.presenters.viewer.viewer_presenter import ViewerMode
from desktop_app.ui.controls.eliding_label import ElidingLabel
from desktop_app.ui.controls.icon_button import IconButton
from desktop_app.ui.controls.segmented import SegmentedControl
from desktop_app.ui.formats import number
from desktop_app.ui.library.flow_layout import FlowLayout
from desktop_app.ui.theme.icons import icon
from desktop_app.ui.theme.roles import set_role
from desktop_app.ui.theme.theme import Theme
from desktop_app.ui.viewer.compare_bar import CompareBar
from desktop_app.ui.viewer.compare_layer import CompareLayer
from desktop_app.ui.viewer.family_view import FamilyView
from desktop_app.ui.viewer.layer import Layer
from desktop_app.ui.viewer.picture_canvas import STEP, PictureCanvas
from desktop_app.ui.viewer.rewind_bar import RewindBar
from desktop_app.ui.viewer.rewind_layer import RewindLayer
from desktop_app.ui.viewer.time_lapse_bar import TimeLapseBar
from desktop_app.ui.viewer.time_lapse_layer import TimeLapseLayer
from desktop_app.ui.viewer.token_bar import TokenBar
from desktop_app.ui.viewer.token_layer import TokenLayer


class ViewerPage(QWidget):
    """`binding.bind_viewer` joins it with its presenters.

    stepped(int): to another picture. mode_wanted(ViewerMode). back_wanted(): one step back.
    """

    stepped = Signal(int)
    mode_wanted = Signal(object)
    back_wanted = Signal()

    def __init__(
        self,
        theme: Theme,
        describe: Callable[[object], str],
        model_name: Callable[[str], str] = str,
        parent: QWidget | None = None,
    ) -> None:
        """describe: a Fault in words. model_name: what a model's id is called."""
        super().__init__(parent)
        self._describe = describe
        self.canvas = PictureCanvas(theme)
        self.compare_layer, self.compare_bar = CompareLayer(theme), CompareBar(theme)
        self.token_layer, self.token_bar = TokenLayer(theme), TokenBar(theme)
        self.time_layer, self.time_bar = TimeLapseLayer(theme), TimeLapseBar(theme, describe, model_name)
        self.rewind_layer, self.rewind_bar = RewindLayer(theme), RewindBar()
        self.family = FamilyView(theme)
        self._family_area = QScrollArea()
        self._title, self._place, self._scale, self._trouble = ElidingLabel(), QLabel(), QLabel(), QLabel()
        self._bars = QStackedWidget()
        self._build(theme)
        self._join()
        self.show_mode(ViewerMode.LOOK)

    def show_picture(self, prompt: str, index: int, count: int) -> None:
        """Name the shown picture and its place among the others."""
        self._title.setText(prompt)
        self._place.setText(self.tr("{place} of {count}").format(place=number(index + 1), count=number(count)))
        self.before.setEnabled(index > 0)
        self.after.setEnabled(index < count - 1)
        self.modes.button(ViewerMode.COMPARE).setEnabled(count > 1)
        self.canvas.setAccessibleName(prompt or self.tr("Picture"))

    def show_trouble(self, fault: object | None) -> None:
        """Say why there is no picture; None: there is one, or it is on its way."""
        self._trouble.setText("" if fault is None else self._describe(fault))
        self._trouble.setVisible(fault is not None)
        self.canvas.setVisible(fault is None)

    def show_mode(self, mode: ViewerMode) -> None:
        """Lay the mode's layer over the picture and show its bar."""
        self.modes.set_value(mode)
        layers: dict[ViewerMode, Layer] = {
            ViewerMode.SURPRISE: self.token_layer,
            ViewerMode.PROMPT: self.token_layer,
            ViewerMode.TIME_LAPSE: self.time_layer,
            ViewerMode.REWIND: self.rewind_layer,
            ViewerMode.COMPARE: self.compare_layer,
        }
        bars: dict[ViewerMode, QWidget] = {
            ViewerMode.SURPRISE: self.token_bar,
            ViewerMode.PROMPT: self.token_bar,
            ViewerMode.TIME_LAPSE: self.time_bar,
            ViewerMode.REWIND: self.rewind_bar,
            ViewerMode.COMPARE: self.compare_bar,
            ViewerMode.FAMILY: self._family_area,
        }
        self.canvas.set_layer(layers.get(mode))
        bar = bars.get(mode)
        self._bars.setVisible(bar is not None)
        if bar is not None:
            self._bars.setCurrentWidget(bar)
            self._fit_bar()

    def resizeEvent(self, event: object) -> None:  # noqa: N802
        """Bars wrap their sentences."""
        super().resizeEvent(event)  # type: ignore[arg-type]
        self._fit_bar()

    def _fit_bar(self) -> None:
        """As high as the shown bar needs: a stack would be as high as its highest page."""
        bar = self._bars.currentWidget()
        if bar is self._family_area:
            self._bars.setFixedHeight(min(self.family.height() + 2, max(160, self.height() * 9 // 20)))
        elif bar is not None:
            needed = bar.heightForWidth(max(1, self.width())) if bar.hasHeightForWidth() else -1
            self._bars.setFixedHeight(max(needed, bar.minimumSizeHint().height()))

    # Building ---------------------------------------------------------------------------------------

    def _build(self, theme: Theme) -> None:
        self.back = QPushButton(icon("left", theme), self.tr("Back"))
        set_role(self.back, "quiet")
        self.back.setToolTip(self.tr("Back to all pictures (Escape)"))
        set_role(self._title, "title")
        set_role(self._place, "figure")
        set_role(self._scale, "figure")
        self.before = IconButton("left", theme, self.tr("Previous picture (left arrow)"))
        self.after = IconButton("right", theme, self.tr("Next picture (right arrow)"))
        self.smaller, self.fit = QPushButton("−"), QPushButton(self.tr("Fit"))
        self.larger, self.actual = QPushButton("+"), QPushButton(self.tr("1:1"))
        for button, words in (
            (self.smaller, self.tr("Smaller (−)")),
            (self.larger, self.tr("Larger (+)")),
            (self.fit, self.tr("Fit into the window (F)")),
            (self.actual, self.tr("One screen pixel a pixel (1)")),
        ):
            set_role(button, "quiet")
            button.setToolTip(words)
            button.setAccessibleName(words)
            button.setMinimumWidth(28)
        self._trouble.setTextFormat(Qt.TextFormat.PlainText)
        self._trouble.setWordWrap(True)
        self._trouble.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._trouble.hide()
        self.modes = SegmentedControl(
            [
                (ViewerMode.LOOK, self.tr("Look")),
                (ViewerMode.SURPRISE, self.tr("Surprise")),
                (ViewerMode.PROMPT, self.tr("Prompt")),
                (ViewerMode.TIME_LAPSE, self.tr("Time-lapse")),
                (ViewerMode.REWIND, self.tr("From row")),
                (ViewerMode.COMPARE, self.tr("Compare")),
                (ViewerMode.FAMILY, self.tr("Family")),
            ],
            self.tr("What to see"),
        )
        for mode, words in (
            (ViewerMode.SURPRISE, self.tr("How surprised the model was by each token")),
            (ViewerMode.PROMPT, self.tr("How much the prompt mattered to each token")),
            (ViewerMode.TIME_LAPSE, self.tr("Play how the picture was drawn")),
            (ViewerMode.REWIND, self.tr("Keep the upper rows and draw the others again")),
            (ViewerMode.COMPARE, self.tr("Lay another picture beside it")),
            (ViewerMode.FAMILY, self.tr("What came from what")),
        ):
            self.modes.button(mode).setToolTip(words)
            self.modes.button(mode).setAccessibleDescription(words)
        for bar in (self.token_bar, self.time_bar, self.rewind_bar, self.compare_bar, self._family_area):
            self._bars.addWidget(bar)
        self._family_area.setWidget(self.family)
        self._family_area.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._family_area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._header())
        middle = QVBoxLayout()
        middle.setContentsMargins(8, 8, 8, 8)
        middle.addWidget(self.canvas, 1)
        middle.addWidget(self._trouble, 1)
        layout.addLayout(middle, 1)
        layout.addWidget(self._bars)

    def _header(self) -> QWidget:
        header = QFrame()
        set_role(header, "toolbar")
        first, second = QHBoxLayout(), FlowLayout(spacing=8)
        first.setSpacing(8)
        zooming = QWidget()
        zoom_row = QHBoxLayout(zooming)
        zoom_row.setContentsMargins(0, 3, 0, 3)
        zoom_row.setSpacing(2)
        first.addWidget(self.back)
        first.addWidget(self._title, 1)
        for widget in (self.before, self._place, self.after):
            first.addWidget(widget)
        second.addWidget(self.modes)
        second.addWidget(zooming)  # below the modes where the window is narrow
        for button in (self.smaller, self.larger, self.fit, self.actual):
            zoom_row.addWidget(button)
        zoom_row.addWidget(self._scale)
        layout = QVBoxLayout(header)
        layout.setContentsMargins(16, 8, 16, 8)
        layout.setSpacing(8)
        layout.addLayout(first)
        layout.addLayout(second)
        return header

    def _join(self) -> None:
        canvas = self.canvas
        self.back.clicked.connect(self.back_wanted)
        self.before.clicked.connect(lambda: self.stepped.emit(-1))
        self.after.clicked.connect(lambda: self.stepped.emit(1))
        self.modes.edited.connect(self.mode_wanted)
        canvas.stepped.connect(self.stepped)
        canvas.escaped.connect(self.back_wanted)
        canvas.zoom_changed.connect(self._show_scale)
        self.fit.clicked.connect(canvas.fit)
        self.actual.clicked.connect(canvas.actual_size)
        self.smaller.clicked.connect(lambda: canvas.zoom_by(1 / STEP))
        self.larger.clicked.connect(lambda: canvas.zoom_by(STEP))
        self.token_layer.cell_changed.connect(self.token_bar.show_cell)
        self.family.shown_changed.connect(self._reveal)
        for bar in (self.token_bar, self.time_bar, self.rewind_bar, self.compare_bar):
            bar.height_changed.connect(self._fit_bar)

    def _show_scale(self) -> None:
        words = self.tr("{percent} %").format(percent=number(100 * self.canvas.zoom.device_scale))
        self._scale.setMinimumWidth(self._scale.fontMetrics().horizontalAdvance("6,400 %"))
        self._scale.setText("" if self.canvas.image.isNull() else words)

    def _reveal(self, place: QRect) -> None:
        middle, room = place.center(), self._family_area.viewport().size()
        # With as much around it as there is room for, once the area has its height.
        scroll = partial(self._family_area.ensureVisible, middle.x(), middle.y(), room.width() // 2, room.height() // 2)
        QTimer.singleShot(0, self, scroll)
