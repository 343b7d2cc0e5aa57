"""The libraries that are installed with the app, each with its version and licence."""

from __future__ import annotations

import re
from dataclasses import dataclass
from importlib import metadata

_LICENCE_FILE = re.compile(r"(^|/)(licen[cs]e|copying)[^/]*$", re.IGNORECASE)
_KNOWN = (("BSD", "BSD"), ("MIT", "MIT"), ("zlib", "Zlib"), ("Apache", "Apache"))


@dataclass(frozen=True)
class Used:
    """A library; `text` is what its licence says, "" where it comes without."""

    name: str
    version: str
    licence: str
    text: str


def version_of(name: str) -> str:
    """Return the version of an installed package, "unknown" for one that is not installed."""
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return "unknown"


def used_by(name: str) -> tuple[Used, ...]:
    """Return what a package needs, and what that needs, by name; what is not installed on this system is left out."""
    found: dict[str, metadata.Distribution] = {}
    waiting = [name]
    while waiting:
        package = waiting.pop()
        key = re.sub(r"[-_.]+", "-", package).lower()
        if key in found:
            continue
        try:
            found[key] = metadata.distribution(package)
        except metadata.PackageNotFoundError:
            continue
        waiting += [_name(need) for need in found[key].requires or () if "extra ==" not in need]
    found.pop(re.sub(r"[-_.]+", "-", name).lower(), None)
    return tuple(_used(found[key]) for key in sorted(found))


def _name(need: str) -> str:
    match = re.match(r"[A-Za-z0-9._-]+", need)
    return match[0] if match else need


def _used(package: metadata.Distribution) -> Used:
    text = _text(package)
    return Used(package.name, package.version, _licence(package, text), text)


def _text(package: metadata.Distribution) -> str:
    """Return the licence files of a package, one after the other."""
    parts = []
    for file in package.files or ():
        if ".dist-info" in str(file) and _LICENCE_FILE.search(str(file)):
            try:
                parts.append(file.read_text(encoding="utf-8").strip())
            except (OSError, UnicodeDecodeError):
                continue
    return "\n\n".join(parts)


def _licence(package: metadata.Distribution, text: str) -> str:
    """Return the name of a licence: as the package says it, else by the words of the licence itself."""
    about = package.metadata
    for field in ("License-Expression", "License"):
        said = (about.get_all(field) or [""])[0].strip().split("\n")[0]
        if said:
            return str(said)
    named = [line.rsplit(" :: ", 1)[1] for line in about.get_all("Classifier") or () if line.startswith("License :: ")]
    beginning = text[:1_000].casefold()
    return ", ".join(named) or next((name for word, name in _KNOWN if word.casefold() in beginning), "see its text")
