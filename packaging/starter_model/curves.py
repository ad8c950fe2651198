"""Draws the loss curves of a plan's trainings from their logs.

Run: python packaging/starter_model/curves.py FILE [--plan NAME]
"""

import argparse
import json
from collections.abc import Sequence
from pathlib import Path

from PIL import Image, ImageDraw
from plan import PLANS

SIZE, MARGIN = (420, 240), 34
COLOURS = ("#1f6fb4", "#d1495b", "#3a7d44")
PANELS = (
    ("dalle_bart", ("drawn", "onset_right", "onset_wrong"), "DalleBart: nats a token of drawings; of their first rows"),
    ("decoder", ("decibel",), "decoder at 128 pixels: dB on training crops"),
    ("sharpen", ("decibel",), "decoder at 256 pixels: dB on training crops"),
    ("encoder", ("codes_right",), "encoder: share of codes found"),
    ("clip", ("loss",), "CLIP: contrastive loss"),
    ("judge", ("loss",), "judge: sum of its losses"),
)


def smooth(values: Sequence[float]) -> list[float]:
    """Means over a sliding window, so that a single batch does not hide the course."""
    half = min(4, len(values) // 16)
    windows = (values[max(0, place - half) : place + half + 1] for place in range(len(values)))
    return [sum(window) / len(window) for window in windows]


def panel(log: Path, names: Sequence[str], title: str) -> Image.Image:
    picture = Image.new("RGB", SIZE, "white")
    draw = ImageDraw.Draw(picture)
    rows: list[dict[str, float]] = []
    for line in log.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        while rows and rows[-1]["core_seconds"] >= row["core_seconds"]:  # the run went on from an earlier checkpoint
            rows.pop()
        rows.append(row)
    series = {name: [(row["core_seconds"], row[name]) for row in rows if name in row] for name in names}
    smoothed = {
        name: list(zip([x for x, _ in points], smooth([y for _, y in points]), strict=True))
        for name, points in series.items()
    }
    every = [point for points in smoothed.values() for point in points]
    right, low, high = max(x for x, _ in every), min(y for _, y in every), max(y for _, y in every)
    width, height = SIZE[0] - 2 * MARGIN, SIZE[1] - 2 * MARGIN

    def place(point: tuple[float, float]) -> tuple[float, float]:
        share = (point[1] - low) / max(high - low, 1e-9)
        return MARGIN + width * point[0] / max(right, 1e-9), MARGIN + height * (1 - share)

    draw.rectangle((MARGIN, MARGIN, MARGIN + width, MARGIN + height), outline="#bbbbbb")
    draw.text((MARGIN, 6), title, fill="black")
    for index, (name, points) in enumerate(smoothed.items()):
        if len(points) > 1:
            draw.line([place(point) for point in points], fill=COLOURS[index], width=2)
        if len(smoothed) > 1:
            draw.text((SIZE[0] - 130, MARGIN + 6 + 13 * index), name.replace("_", " "), fill=COLOURS[index])
    draw.text((3, MARGIN - 5), f"{high:.2f}", fill="black")
    draw.text((3, MARGIN + height - 6), f"{low:.2f}", fill="black")
    draw.text((MARGIN + width - 110, MARGIN + height + 8), f"{right:,.0f} core-seconds", fill="black")
    return picture


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", type=Path)
    parser.add_argument("--plan", default="second", choices=PLANS)
    options = parser.parse_args()
    folder = PLANS[options.plan].folder
    logs = [(folder / f"{stage}.log.jsonl", names, title) for stage, names, title in PANELS]
    panels = [panel(*entry) for entry in logs if entry[0].exists()]
    page = Image.new("RGB", (2 * SIZE[0], -(-len(panels) // 2) * SIZE[1]), "white")
    for index, picture in enumerate(panels):
        page.paste(picture, (index % 2 * SIZE[0], index // 2 * SIZE[1]))
    page.quantize(32).save(options.file, optimize=True)


if __name__ == "__main__":
    main()
