"""From what was measured to the table that the README shows; standard library only."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import mean, median
from typing import Any

from library_table import library_table

Measured = dict[str, Any]
Row = tuple[str, str, str, str]

SIDES = ("ours", "theirs")

HEAD: Row = ("one core, float32, Mini's sizes", "Armchair", "min-dalle 0.4.11", "faster by")


def token_milliseconds(side: Measured, pictures: str) -> float:
    """One repetition's milliseconds a token: the median of each window, and the mean of those."""
    windows: dict[str, Measured] = side["tokens"][pictures]
    return mean(median(answer["ms"]) for answer in windows.values())


def taken_by_others(repetitions: Sequence[Measured]) -> float:
    """How much longer the steps took by the clock than the computing in them; 1.0 = a quiet machine."""
    answers = [
        answer
        for each in repetitions
        for side in SIDES
        for windows in each[side]["tokens"].values()
        for answer in windows.values()
    ]
    return sum(sum(answer["wall_ms"]) for answer in answers) / sum(sum(answer["ms"]) for answer in answers)


def spread(values: Sequence[float], form: str = ".0f") -> str:
    """`median (lowest–highest)`, the median alone where there is one value."""
    text = format(median(values), form)
    return text if len(values) == 1 else f"{text} ({min(values):{form}}–{max(values):{form}})"


def compared(name: str, ours: Sequence[float], theirs: Sequence[float], form: str, *, timed: bool = True) -> Row:
    """A row of the table; ratios are taken inside each repetition."""
    ratios = [their / our for our, their in zip(ours, theirs, strict=True)]
    return (name, spread(ours, form), spread(theirs, form), spread(ratios, ".1f") + " ×" if timed else "")


def rows_against(repetitions: Sequence[Measured]) -> list[Row]:
    """Armchair beside min-dalle."""
    rows = []
    for pictures in repetitions[0]["ours"]["tokens"]:
        both = [[token_milliseconds(each[side], pictures) for each in repetitions] for side in SIDES]
        name = f"ms a token, {pictures} picture{'' if pictures == '1' else 's'}"
        rows.append(compared(name, both[0], both[1], ".0f"))
    for name, part, key, form in (
        ("decoding one picture, seconds", "decode", "ms", ".2f"),
        ("loading, seconds", "load", "seconds", ".1f"),
        ("peak memory, MB", "decode", "memory", ".0f"),
    ):
        both = [[single(each[side][part][key]) for each in repetitions] for side in SIDES]
        rows.append(compared(name, both[0], both[1], form, timed=key != "memory"))
    return rows


def single(value: float | list[float]) -> float:
    """A number as it is; a list of milliseconds as the seconds of its median."""
    return median(value) / 1000 if isinstance(value, list) else value


def markdown(rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table, the first row its head, numbers to the right."""
    lines = ["| " + " | ".join(row) + " |" for row in rows]
    lines.insert(1, "|---|" + "---:|" * (len(rows[0]) - 1))
    return "\n".join(lines) + "\n"


def starter_table(starter: Measured) -> str:
    load, draw, cancel = starter["load"], starter["draw"], starter["cancel"]["ms"]
    rows = [
        (f"starter model, {load['precision']}, {load['threads']} threads", ""),
        ("loading, seconds (importing torch)", f"{load['seconds']:.2f} ({load['import_seconds']:.2f})"),
        ("4 pictures, request to last pixel, seconds", spread(draw["seconds"], ".2f")),
        ("peak memory, MB", f"{draw['memory']:.0f}"),
        (
            f"cancelling, ms, {len(cancel)} random moments",
            f"{median(cancel):.0f}, at worst {max(cancel):.0f}",
        ),
    ]
    return markdown(rows)


def share(values: Sequence[float], part: float) -> float:
    """The value that `part` of all values do not exceed."""
    return sorted(values)[min(len(values) - 1, int(part * len(values)))]


def window_table(window: Measured) -> str:
    """What a person at the window meets, beside what it shall be."""
    starts, runs = window["starts"], window["runs"]
    drawing = [gaps for run in runs for gaps in run["drawing_gaps"]]
    stops = [ms for run in runs for ms in run["stop_ms"]]
    tokens = [ms for run in runs for ms in run["token_ms"]]
    loading = [max(run["loading_gaps"]) for run in starts + runs]
    rows = [
        (f"the window, {len(starts)} starts, {len(drawing)} runs of 9 pictures", "measured", "goal"),
        ("start to first paint, seconds", spread([run["first_paint"] for run in starts], ".2f"), "≤ 1.0"),
        ("the same, at the very first start", f"{window['first_start']['first_paint']:.2f}", ""),
        ("start to a model that is ready, seconds", spread([run["ready"] for run in starts], ".1f"), ""),
        ("longest gap while the model loads, ms", spread(loading), "≤ 150"),
        ("gaps while drawing, typing and scrolling, 99 of 100, ms", spread([share(g, 0.99) for g in drawing]), "≤ 25"),
        ("longest gap meanwhile, ms", spread([max(gaps) for gaps in drawing]), "≤ 100"),
        (f"from Stop to idle, ms, {len(stops)} stops", spread(stops), f"one token: {median(tokens):.0f}"),
    ]
    return markdown(rows) + f"\n{window['screen']}; load average {window['load_average']}.\n"


def summary(results: Measured) -> str:
    """Everything for people."""
    tables = []
    if "repetitions" in results:
        tables.append(engine_summary(results))
    if "window" in results:
        tables.append(window_table(results["window"]))
    if "library" in results:
        load = results["library"]["load_average"]
        tables.append(markdown(library_table(results["library"])) + f"\nLoad average {load}.\n")
    return "\n".join(tables)


def engine_summary(results: Measured) -> str:
    """The engine beside min-dalle, and the starter."""
    machine, check = results["machine"], results["check"]
    facts = (
        f"{machine['processor']}, {machine['cores']} cores, {', '.join(machine['instruction_sets'])}; "
        f"torch {results['torch']}, one thread on one core each, {len(results['repetitions'])} alternating "
        f"repetitions of {results['steps']} steps at the start, middle and end; median (lowest–highest); "
        f"processor time; by the clock {taken_by_others(results['repetitions']):.2f} times that.\n"
        f"The same weights on both sides: logits differ by at most {check['logits']:.1e}, pixels by "
        f"{check['pixels']:.1e} of 1, greedy tokens {'equal' if check['tokens_equal'] else 'DIFFERENT'}.\n"
    )
    table = markdown([HEAD, *rows_against(results["repetitions"])])
    starter = starter_table(results["starter"]) if results["starter"] else "No starter model: not measured.\n"
    return "\n".join((facts, table, starter))
