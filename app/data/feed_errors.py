"""What keeps candles from arriving. Each message is a sentence for a trader."""

from __future__ import annotations

from app.errors import BlockbuildersError


class FeedError(BlockbuildersError):
    """A source of candles did not deliver; what arrived before is kept."""


class FeedBusy(FeedError):
    """The source wants to be left alone for a while: wait `retry_after_s` seconds."""

    def __init__(self, message: str, retry_after_s: float) -> None:
        self.retry_after_s = retry_after_s
        super().__init__(message)


class FeedBlocked(FeedError):
    """The source does not serve this place or this computer (451, 403): take another source."""


class FeedUnavailable(FeedError):
    """The source cannot be reached or answers nonsense at the moment: try again later."""


class NotPublished(FeedError):
    """The archive has no such file, or not yet: take another source for this stretch."""


class SymbolUnknown(FeedError):
    """The exchange has no such instrument."""


class HistoryNotOffered(FeedError):
    """The source does not go back as far as asked; its first candle is that of `earliest_ms`."""

    def __init__(self, message: str, earliest_ms: int) -> None:
        self.earliest_ms = earliest_ms
        super().__init__(message)


class PageRefused(FeedError):
    """An answer breaks a rule that every candle keeps, so that nothing of it is used."""
