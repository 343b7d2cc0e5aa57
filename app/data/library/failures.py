"""Why the library cannot do something, as sentences for the trader."""

from __future__ import annotations

from app.errors import BlockbuildersError


class LibraryError(BlockbuildersError):
    """Base of every failure of the library."""


class LibraryLocked(LibraryError):
    """Another Blockbuilders holds the library."""


class LibraryTooNew(LibraryError):
    """The library was written by a newer Blockbuilders; nothing in it was touched."""


class LibraryUnreadable(LibraryError):
    """The library cannot be opened, and nothing could be made of it."""


class LibraryDamaged(LibraryError):
    """What was asked for is not as it was stored."""


class NotInLibrary(LibraryError):
    """There is no such strategy, version or run (any more)."""


class LibraryNotWritten(LibraryError):
    """Nothing was written; what was stored before is as it was."""


class LibraryFull(LibraryNotWritten):
    """The disk has no room."""


class LibraryReadOnly(LibraryNotWritten):
    """The folder or the file cannot be written to."""
