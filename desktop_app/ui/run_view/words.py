"""The sentences of the run on the screen."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from desktop_app.presenters.run.cells import CellStage, CellState, RunPhase, RunProgress, RunState
from desktop_app.ui.formats import number, reading_locale

translate = QCoreApplication.translate
"""Under this name the extraction of texts finds it."""


def progress_line(state: RunState, progress: RunProgress) -> str:
    """What the line under the bar says on its left."""
    if state.stored:
        return pictures(progress.pictures_total)
    if state.phase is RunPhase.FINISHED:
        return _taken(progress)
    if state.phase is RunPhase.STOPPED:
        return translate("RunView", "Stopped · {done} of {total} pictures finished").format(
            done=progress.pictures_done, total=progress.pictures_total
        )
    if state.phase is RunPhase.FAILED:
        return translate("RunView", "Failed · {done} of {total} pictures finished").format(
            done=progress.pictures_done, total=progress.pictures_total
        )
    return " · ".join(part for part in (_stage(state, progress), _tokens(progress), _batch(state)) if part)


def _stage(state: RunState, progress: RunProgress) -> str:
    if state.phase is RunPhase.STOPPING:
        return translate("RunView", "Stopping…")
    if state.stage is None:
        return translate("RunView", "Getting ready")
    if state.stage == "encoding":
        return translate("RunView", "Reading the prompt")
    if progress.highest_row == 0:
        return _finishing(progress) if progress.pictures_done else translate("RunView", "Drawing")
    if progress.lowest_row == progress.highest_row:
        return translate("RunView", "Row {row} of {rows}").format(row=progress.highest_row, rows=progress.rows_total)
    return translate("RunView", "Rows {low} to {high} of {rows}").format(
        low=progress.lowest_row, high=progress.highest_row, rows=progress.rows_total
    )


def _finishing(progress: RunProgress) -> str:
    return translate("RunView", "{done} of {total} pictures finished").format(
        done=progress.pictures_done, total=progress.pictures_total
    )


def _tokens(progress: RunProgress) -> str:
    if progress.tokens_total == 0:
        return ""
    return translate("RunView", "{done} of {total} tokens").format(
        done=number(progress.tokens_done), total=number(progress.tokens_total)
    )


def _batch(state: RunState) -> str:
    if state.batch is None:
        return ""
    return translate("RunView", "memory ran short: {pictures} at a time").format(pictures=pictures(state.batch))


def _taken(progress: RunProgress) -> str:
    return translate("RunView", "{pictures} in {time}").format(
        pictures=pictures(progress.pictures_done), time=duration(progress.seconds or 0.0)
    )


def time_line(state: RunState, progress: RunProgress) -> str:
    """What the line under the bar says on its right."""
    if state.phase is RunPhase.DRAWING and progress.seconds_left is not None:
        return translate("RunView", "about {time} left").format(time=_rough(progress.seconds_left))
    if state.phase is RunPhase.FINISHED and progress.pictures_a_minute is not None:
        rate = progress.pictures_a_minute
        return translate("RunView", "{rate} a minute").format(
            rate=reading_locale().toString(rate, "f", 0 if rate >= 10 else 1)
        )
    return ""


def pictures(count: int) -> str:
    """So many pictures."""
    return translate("RunView", "1 picture") if count == 1 else translate("RunView", "%n pictures", None, count)


def duration(seconds: float) -> str:
    """A time that was measured."""
    if seconds < 60:
        return translate("RunView", "{seconds} s").format(seconds=reading_locale().toString(seconds, "f", 1))
    minutes, rest = divmod(round(seconds), 60)
    return translate("RunView", "{minutes} min {seconds} s").format(minutes=minutes, seconds=rest)


def _rough(seconds: float) -> str:
    if seconds < 90:
        return translate("RunView", "{seconds} s").format(seconds=max(1, round(seconds)))
    return translate("RunView", "{minutes} min").format(minutes=round(seconds / 60))


def score(cell: CellState) -> str:
    """A finished picture's score, short enough for a corner; "" where it has none."""
    # A cosine where CLIP judged, else what the prompt added to the likelihood, in nats a token.
    value = cell.likelihood_gain if cell.clip_score is None else cell.clip_score
    return "" if value is None else reading_locale().toString(value, "f", 2)


def score_explained(cell: CellState) -> str:
    """What the score is."""
    if cell.clip_score is not None:
        return translate("RunView", "CLIP score {value}").format(value=score(cell))
    if cell.likelihood_gain is not None:
        return translate("RunView", "likelihood gain {value} nats a token").format(value=score(cell))
    return ""


def described(cell: CellState, count: int, prompt: str) -> str:
    """A picture in words, for those who do not see it."""
    parts = [translate("RunView", "Picture {place} of {count}").format(place=cell.index + 1, count=count)]
    parts += [translate("RunView", "seed {seed}").format(seed=cell.seed), prompt, _condition(cell)]
    if cell.best:
        parts.append(translate("RunView", "the best by its score"))
    parts.append(score_explained(cell))
    return ", ".join(part for part in parts if part)


def _condition(cell: CellState) -> str:
    if cell.rejecting:
        return translate("RunView", "starting again")
    row = translate("RunView", "row {row} of {rows}").format(row=cell.rows_done, rows=cell.rows_total)
    words = {
        CellStage.WAITING: translate("RunView", "waiting"),
        CellStage.DRAWING: row,
        CellStage.FINISHED: translate("RunView", "finished"),
        CellStage.UNFINISHED: translate("RunView", "unfinished, {row}").format(row=row),
        CellStage.STOPPED: translate("RunView", "not kept"),
        CellStage.UNSAVED: translate("RunView", "could not be saved"),
        CellStage.UNREADABLE: translate("RunView", "its file cannot be read"),
    }
    return words[cell.stage]


def starting_again() -> str:
    """On a picture that was rejected."""
    return translate("RunView", "Starting again…")


def unfinished() -> str:
    """The badge of a picture whose rows so far are kept."""
    return translate("RunView", "Unfinished")


def not_kept() -> str:
    """The badge of a picture that was stopped and is gone with the next run."""
    return translate("RunView", "Not kept")


def finish_drawing() -> str:
    """The act of drawing the missing rows of a kept picture."""
    return translate("RunView", "Finish drawing")


def best(value: str) -> str:
    """The score of the best picture."""
    return translate("RunView", "Best · {score}").format(score=value)


def could_not_be_saved() -> str:
    """On a picture that exists only on the screen."""
    return translate("RunView", "This picture could not be saved.")


def cannot_be_read() -> str:
    """In place of a stored picture."""
    return translate("RunView", "This picture's file cannot be read.")
