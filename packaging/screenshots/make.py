"""Pictures of the program, taken without a monitor: `python packaging/screenshots/make.py [--out FOLDER] [--scale 2]`.

Opens a screen of its own (Xvfb with openbox), draws a few runs with the starter so that there is something to see,
then starts the real program once a theme and size and has `sitting.py` take it through its moments. Nothing of the
person's own is touched. Inter is the interface font where it is installed, as on a desktop whose owner chose it.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from itertools import product
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "benchmarks"))

from window_display import open_screen  # noqa: E402  # a script beside others, not a package

SITTING = Path(__file__).with_name("sitting.py")
THEMES = ("light", "dark")
SIZES = ("1600x1000", "1024x700")
MOMENTS = ("create", "unkept", "preferences")
PATIENCE = 300.0

FONT_CHOICE = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">
<fontconfig>
  <include ignore_missing="yes">/etc/fonts/fonts.conf</include>
  <match target="pattern">
    <test name="family"><string>sans-serif</string></test>
    <edit name="family" mode="prepend" binding="strong"><string>Inter</string></edit>
  </match>
</fontconfig>
"""


def main() -> None:
    options = arguments()
    options.out.mkdir(parents=True, exist_ok=True)
    scale = options.scale
    with tempfile.TemporaryDirectory() as folder, open_screen(f"{1800 * scale}x{1200 * scale}") as (variables, screen):
        sys.stderr.write(f"… {screen}\n")
        environment = os.environ | variables | font_choice(Path(folder)) | {"QT_SCALE_FACTOR": str(scale)}
        drawn = Path(folder) / "drawn"
        sit(environment, "runs", drawn, options.out, "light", SIZES[0])
        for theme, size, moment in product(THEMES, options.sizes, MOMENTS):
            sys.stderr.write(f"… {theme}, {size}: {moment}\n")
            data = Path(folder) / "data"
            shutil.copytree(drawn, data)
            sit(environment, moment, data, options.out, theme, size)
            shutil.rmtree(data)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=ROOT / "build" / "screenshots")
    parser.add_argument("--scale", type=int, default=1, help="pixels a point: 2 as on a fine screen")
    parser.add_argument("--sizes", nargs="+", default=SIZES, metavar="WIDTHxHEIGHT")
    return parser.parse_args()


def font_choice(folder: Path) -> dict[str, str]:
    """Have fontconfig answer with Inter where a program asks for the interface font."""
    file = folder / "fonts.conf"
    file.write_text(FONT_CHOICE, encoding="utf-8")
    return {"FONTCONFIG_FILE": str(file)}


def sit(environment: dict[str, str], moment: str, data: Path, out: Path, theme: str, size: str) -> None:
    """Raises CalledProcessError where the program does not come through."""
    command = [sys.executable, str(SITTING), moment, str(data), str(out), theme, size]
    subprocess.run(command, env=environment, check=True, timeout=PATIENCE)


if __name__ == "__main__":
    main()
