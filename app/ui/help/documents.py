"""The documents that come with the app: where they are, what they are called, and where a link in one leads."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from urllib.parse import unquote, urlsplit

ENDINGS = (".md", ".json")


@dataclass(frozen=True)
class Document:
    """A document by its file name, such as `metrics.md`."""

    name: str
    title: str
    text: str


@dataclass(frozen=True)
class Target:
    """Where a link leads: to a document and a heading in it (either can be ""), or to an address outside the app."""

    name: str = ""
    heading: str = ""
    address: str = ""


def folder() -> Path:
    """Return the folder of the documents: in the package where it is installed, beside it in a checkout."""
    package = Path(__file__).parents[2]
    installed = package / "resources" / "docs"
    return installed if installed.is_dir() else package.parent / "docs"


def read_all(place: Path | None = None) -> tuple[Document, ...]:
    """Return every document in a folder by name; one that cannot be read is left out."""
    found = []
    for path in sorted((place or folder()).glob("*")):
        if path.suffix in ENDINGS:
            try:
                text = path.read_text(encoding="utf-8")
            except (OSError, UnicodeDecodeError):
                continue
            found.append(Document(path.name, _title(path.name, text), text))
    return tuple(found)


def target(link: str, base: str) -> Target | None:
    """Return where a link in the document `base` leads; None where it leads nowhere that may be opened."""
    parts = urlsplit(link)
    if parts.scheme in ("http", "https"):
        return Target(address=link)
    name = PurePosixPath(unquote(parts.path)).name if parts.path else base
    if parts.scheme or parts.netloc or not name.endswith(ENDINGS):
        return None
    return Target(name, unquote(parts.fragment))


def anchor(heading: str) -> str:
    """Return the name by which links know a heading: `The JSON object` is `the-json-object`."""
    kept = "".join(sign for sign in heading.lower() if sign.isalnum() or sign in " -_")
    return kept.strip().replace(" ", "-")


def _title(name: str, text: str) -> str:
    first = text.split("\n", 1)[0]
    return first[2:].strip() if first.startswith("# ") else name
