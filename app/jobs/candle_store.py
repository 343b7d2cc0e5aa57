"""The one owner of the candle cache in the window's process. Nothing heavy is loaded before it is opened."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from app.errors import BlockbuildersError, CandlesUnavailable

if TYPE_CHECKING:
    from app.data.candle_cache import CandleCache
    from app.data.feeds import Feeds
    from app.data.importing.originals import Originals
    from app.data.importing.storing import Shelf

# After so many seconds a cache that could not be opened is tried once more.
_AGAIN_S = 5.0


def now_ms() -> int:
    """Return the time of this computer in UTC milliseconds."""
    return time.time_ns() // 1_000_000


class CandleStore:
    """Opens the cache when it is first asked for, in the thread that asks. Any thread may.

    `now` and `feeds` stand for the clock and the sources of candles; `notices` are sentences about what had to be done
    when the cache was opened.
    """

    def __init__(
        self,
        path: Path | None = None,
        imports: Path | None = None,
        *,
        now: Callable[[], int] = now_ms,
        feeds: Callable[[], Feeds] | None = None,
    ) -> None:
        self.now = now
        self.feeds = feeds or _feeds_of_this_computer
        self.notices: tuple[str, ...] = ()
        self._path, self._imports = path, imports
        self._lock = threading.Lock()
        self._cache: CandleCache | None = None
        self._problem: BlockbuildersError | None = None
        self._tried = 0.0
        self._closed = False

    def cache(self) -> CandleCache:
        """Return the open cache. Raises CacheBusy, CacheReadOnly, CacheFull, or CandlesUnavailable after `close`."""
        with self._lock:
            if self._closed:
                raise CandlesUnavailable("The window is closing.")
            if self._cache is None:
                self._open()
            assert self._cache is not None
            return self._cache

    @property
    def opened(self) -> bool:
        """Whether the cache is open by now."""
        return self._cache is not None

    def shelf(self) -> Shelf:
        """Return where imports go. Raises what `cache` raises."""
        from app.data.importing.storing import Shelf

        return Shelf(self.cache(), self._originals())

    def close(self) -> None:
        """Close the cache for good."""
        with self._lock:
            self._closed = True
            if self._cache is not None:
                self._cache.close()
                self._cache = None

    def _open(self) -> None:
        from app.data.candle_cache import CandleCache, default_path

        if self._problem is not None and time.monotonic() - self._tried < _AGAIN_S:
            raise self._problem
        self._tried = time.monotonic()
        try:
            cache = CandleCache.open(self._path or default_path(), now_ms=self.now())
        except BlockbuildersError as problem:
            self._problem = problem
            raise
        self._problem = None
        told = (cache.notice,) if cache.notice else ()
        self.notices = (*told, *self._made_again(cache))
        self._cache = cache

    def _made_again(self, cache: CandleCache) -> tuple[str, ...]:
        """Make imports that the cache has lost again from the kept files; where there are none this costs nothing."""
        from app.data.importing.originals import default_folder

        if not (self._imports or default_folder()).exists():
            return ()
        from app.data.importing.storing import Shelf, rebuild

        try:
            return rebuild(Shelf(cache, self._originals()), now_ms=self.now())
        except BlockbuildersError as problem:
            return (str(problem),)

    def _originals(self) -> Originals:
        from app.data.importing.originals import Originals, default_folder

        return Originals(self._imports or default_folder())


def _feeds_of_this_computer() -> Feeds:
    from app.data.feeds import Feeds
    from app.settings import load

    return Feeds(load())
