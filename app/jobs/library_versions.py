"""Which versions of other people's code a result was made with."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version

_LIBRARIES = ("numpy", "TA-Lib", "numba")


def library_versions() -> dict[str, str]:
    """Return the versions of the libraries that have a say in results, "none" for one that is not installed."""
    found = {}
    for name in _LIBRARIES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = "none"
    return found
