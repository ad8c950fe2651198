"""Fetches the packages that carry the drawings and reads single drawings out of them.

`npm pack` takes them from whatever registry npm is set up for; the digests below decide what is accepted.
"""

import base64
import functools
import hashlib
import io
import json
import subprocess
import tarfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PIL import Image

BUILD = Path(__file__).resolve().parents[2] / "build" / "starter"
PACKAGES = BUILD / "npm"
OWN = Path(__file__).resolve().parent / "drawings"
"""Our own drawings, for things that the packages lack: NAME-STYLE.svg, NAME-flat.svg standing in for other styles."""


@dataclass(frozen=True)
class Package:
    """One pinned package; `sha512` is the registry's integrity value without its prefix."""

    name: str
    version: str
    sha512: str
    licence: str

    @property
    def archive(self) -> str:
        return f"{self.name.lstrip('@').replace('/', '-')}-{self.version}.tgz"


SOURCES = {
    "3d": Package(
        "@lobehub/fluent-emoji-3d",
        "1.1.0",
        "Wlq2lVStTnr8BDpIJ0pEnTKO4LuDxxqTEhTvRtD1DLRF0me7ogeRQjKoehDHXuVJ2Qaecgl5wRBv60lUAG3h7g==",
        "MIT",
    ),
    "flat": Package(
        "@iconify-json/fluent-emoji-flat",
        "1.2.6",
        "RY47RgPb47fYUiyrA64sIOL0+UU02s29sXpNBbIQRBUlPlfNFTKUmZDERGuxDs/7yNGWqQYvuaSYM1M4fRXlUw==",
        "MIT",
    ),
    "cartoon": Package(
        "@iconify-json/noto",
        "1.2.9",
        "DQiuXENbun41ch+XPSV55H9FaWKpHTyz46YIKtSaKYD4fIDDzL1tR6H4np/T38jfrTAeI3rcKF0mqHYeZVAuaw==",
        "Apache-2.0",
    ),
}


def fetch(package: Package, folder: Path = PACKAGES) -> Path:
    """Return the package's archive, fetching it if need be; raises ValueError if it is not the known one."""
    folder.mkdir(parents=True, exist_ok=True)
    archive = folder / package.archive
    if not archive.exists():
        spec = f"{package.name}@{package.version}"
        subprocess.run(["npm", "pack", "--silent", spec], cwd=folder, check=True, stdout=subprocess.DEVNULL)
    digest = base64.b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode()
    if digest != package.sha512:
        raise ValueError(f"{archive.name} has sha512 {digest}, expected {package.sha512}")
    return archive


def _member(archive: Path, name: str) -> bytes:
    with tarfile.open(archive) as tar:
        file = tar.extractfile(f"package/{name}")
        if file is None:
            raise KeyError(name)
        return file.read()


@functools.cache
def _all_3d() -> dict[str, bytes]:
    """Read the whole 3d archive once: gzip has no random access, and 16 MB is little."""
    with tarfile.open(fetch(SOURCES["3d"])) as tar:
        files = ((Path(member.name), tar.extractfile(member)) for member in tar if member.isfile())
        return {path.stem: file.read() for path, file in files if file and path.suffix == ".webp"}


@functools.cache
def _icons(style: str) -> dict[str, Any]:
    icons: dict[str, Any] = json.loads(_member(fetch(SOURCES[style]), "icons.json"))
    return icons


def svg(style: str, icon: str) -> str:
    """Return one drawing of an icon set as an SVG document, following the set's aliases."""
    icons = _icons(style)
    name = icons.get("aliases", {}).get(icon, {}).get("parent", icon)
    entry = icons["icons"][name]
    width, height = entry.get("width", icons["width"]), entry.get("height", icons["height"])
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
        f'viewBox="0 0 {width} {height}">{entry["body"]}</svg>'
    )


def drawing(style: str, codepoint: str, icon: str, size: int) -> Image.Image:
    """Return an object's drawing as RGBA; the packages' 3d ones are 256 pixels whatever `size` says.

    An empty `codepoint` means one of our own.
    """
    if codepoint:
        if style == "3d":
            return Image.open(io.BytesIO(_all_3d()[codepoint])).convert("RGBA")
        document = svg(style, icon)
    else:
        own = OWN / f"{icon}-{style}.svg"
        document = (own if own.exists() else OWN / f"{icon}-flat.svg").read_text(encoding="utf-8")
    import resvg_py  # noqa: PLC0415  a machine that has finished sprites can do without it

    png = resvg_py.svg_to_bytes(svg_string=document, width=size, height=size, skip_system_fonts=True)
    return Image.open(io.BytesIO(bytes(png))).convert("RGBA")
