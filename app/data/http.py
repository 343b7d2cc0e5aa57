"""The one door to httpx2: asking web servers for candles, politely and without trusting what comes back."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from threading import Lock
from typing import Any
from urllib.parse import urlsplit

from app.data.feed_errors import FeedBlocked, FeedBusy, FeedUnavailable

PAGE_BYTES = 10 * 1024 * 1024
LIST_BYTES = 32 * 1024 * 1024
ARCHIVE_BYTES = 64 * 1024 * 1024

TRIES = 6
# A computer that is offline should say so soon.
CONNECT_TRIES = 3
LONGEST_WAIT_S = 60.0
# A source that wants to be left alone for longer is not waited for: the job rests instead.
LONGEST_RETRY_AFTER_S = 120.0
_AGENT = "blockbuilders"
_WEIGHT = "x-mbx-used-weight-1m"

_KINDS = {
    "json": ("application/json", "text/json", "text/plain"),
    "file": ("application/zip", "application/octet-stream", "binary/octet-stream", "application/x-zip-compressed"),
    "text": ("text/plain", "application/octet-stream", "binary/octet-stream"),
}


@dataclass(frozen=True)
class Pace:
    """How often a host may be asked: `per_second` in the long run, `burst` requests at once after a rest.

    `weight` is the most of its own count of used weight a minute that it may report before we slow down.
    """

    per_second: float = 10.0
    burst: int = 20
    weight: int = 3_000


@dataclass(frozen=True)
class Timing:
    """Clock (seconds, never going back), sleep and chance (0 up to 1), so that tests need no time."""

    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    chance: Callable[[], float] = random.random


@dataclass(frozen=True)
class Answer:
    """What a server sent: the status, the headers with lower-case names, and the whole body."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def text(self) -> str:
        """The body as text; what is not UTF-8 becomes a question mark."""
        return self.body.decode("utf-8", errors="replace")


class Http:
    """Connections to all hosts, one client and one pace for each; may be used by several threads.

    Certificates are always checked, redirects are never followed.
    """

    def __init__(self, timing: Timing | None = None, *, timeout_s: float = 20.0, tries: int = TRIES) -> None:
        self.timing = timing or Timing()
        self.requests = 0
        self.received = 0
        self._timeout_s = timeout_s
        self._tries = tries
        self._hosts: dict[str, _Host] = {}
        self._lock = Lock()
        self._closed = False

    def __enter__(self) -> Http:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close all connections for good; whoever still asks gets FeedUnavailable."""
        with self._lock:
            self._closed = True
            for host in self._hosts.values():
                host.client.close()
            self._hosts.clear()

    def pace(self, url: str, pace: Pace) -> None:
        """Set how often the host of `url` may be asked."""
        self._host(url).bucket.pace = pace

    def get(
        self,
        url: str,
        *,
        kind: str = "json",
        most: int = PAGE_BYTES,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """Return the answer to a GET request; one of status 400 or 404 is an answer too.

        `kind` says which content types are believed with status 200 (`json`, `file`, `text`). What may pass by itself
        is tried again, after 1, 2, 4 up to 60 seconds with jitter, or when the server says.

        Raises FeedBusy (429 that lasts, 418), FeedBlocked (451, 403) and FeedUnavailable (anything else).
        """
        host = self._host(url)
        waited = 0
        while True:
            trouble: _Trouble
            try:
                return self._once(host, url, kind, most, headers)
            except _Trouble as problem:
                trouble = problem
            waited += 1
            if waited >= min(self._tries, trouble.tries):
                raise trouble.reason
            pause = trouble.wait_s if trouble.wait_s is not None else self._backoff(waited)
            self.timing.sleep(pause)

    def _backoff(self, failures: int) -> float:
        whole = min(LONGEST_WAIT_S, 2.0 ** (failures - 1))
        return whole * (0.5 + 0.5 * self.timing.chance())

    def _once(self, host: _Host, url: str, kind: str, most: int, headers: Mapping[str, str] | None) -> Answer:
        import httpx2

        host.bucket.take(self.timing)
        self.requests += 1
        try:
            with host.client.stream("GET", url, headers=dict(headers or {})) as response:
                body = self._body(response, host.name, most)
                answer = Answer(response.status_code, {k.lower(): v for k, v in response.headers.items()}, body)
        except httpx2.ConnectError as error:
            _refuse_certificate(host.name, error)
            nobody = FeedUnavailable(f"{host.name} cannot be reached; is this computer online? Try again later.")
            raise _Trouble(nobody, tries=CONNECT_TRIES) from None
        except httpx2.TimeoutException:
            raise _Trouble(FeedUnavailable(f"{host.name} does not answer; try again later.")) from None
        except (httpx2.TransportError, httpx2.DecodingError) as error:
            _refuse_certificate(host.name, error)
            raise _Trouble(FeedUnavailable(f"The connection to {host.name} fails; try again later.")) from None
        except (httpx2.InvalidURL, ValueError):
            raise FeedUnavailable(f"{url[:100]} is not an address that can be asked.") from None
        host.bucket.note_weight(answer.headers.get(_WEIGHT), self.timing)
        _judge(answer, host.name, kind)
        return answer

    def _body(self, response: Any, name: str, most: int) -> bytes:
        parts: list[bytes] = []
        size = 0
        for part in response.iter_bytes():
            size += len(part)
            if size > most:
                raise FeedUnavailable(f"{name} sent more than {most >> 20} MiB for one request; it was not read.")
            parts.append(part)
        self.received += size
        return b"".join(parts)

    def _host(self, url: str) -> _Host:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise FeedUnavailable(f"{url[:100]} is not an address that can be asked.")
        with self._lock:
            if self._closed:
                raise FeedUnavailable(f"{parts.hostname} is not asked any more: all connections were closed.")
            key = f"{parts.scheme}://{parts.netloc}"
            if key not in self._hosts:
                self._hosts[key] = _Host(parts.hostname, _client(self._timeout_s))
            return self._hosts[key]


@dataclass
class _Bucket:
    """A token bucket: one token a request."""

    pace: Pace = field(default_factory=Pace)
    tokens: float = 0.0
    filled_at: float | None = None
    not_before: float = 0.0
    lock: Any = field(default_factory=Lock)

    def take(self, timing: Timing) -> None:
        with self.lock:
            now = timing.clock()
            rested = float("inf") if self.filled_at is None else now - self.filled_at
            self.tokens = min(float(self.pace.burst), self.tokens + rested * self.pace.per_second)
            self.filled_at = now
            wait = max(0.0, self.not_before - now, (1.0 - self.tokens) / self.pace.per_second)
            self.tokens -= 1.0
        if wait > 0.0:
            timing.sleep(wait)

    def note_weight(self, used: str | None, timing: Timing) -> None:
        if used and used.isdecimal() and int(used) > self.pace.weight:
            with self.lock:
                self.not_before = timing.clock() + 5.0


@dataclass
class _Host:
    name: str
    client: Any
    bucket: _Bucket = field(default_factory=_Bucket)


class _Trouble(Exception):
    """Something that may pass: `reason` is raised when it does not; `wait_s` is how long the server said to wait."""

    def __init__(self, reason: Exception, wait_s: float | None = None, tries: int = TRIES) -> None:
        self.reason = reason
        self.wait_s = wait_s
        self.tries = tries
        super().__init__()


def _client(timeout_s: float) -> Any:
    import httpx2

    return httpx2.Client(
        timeout=timeout_s, follow_redirects=False, headers={"User-Agent": _AGENT, "Accept-Encoding": "gzip, deflate"}
    )


def _refuse_certificate(name: str, error: Exception) -> None:
    """Raise FeedUnavailable when a connection failed because nobody vouches for who is at the other end."""
    if "CERTIFICATE" in str(error).upper():
        raise FeedUnavailable(
            f"{name} shows a certificate that cannot be trusted, so nothing was fetched. "
            "A network that signs in through a web page, or a wrong date on this computer, can be the cause."
        ) from None


def _judge(answer: Answer, name: str, kind: str) -> None:
    """Raise what the status and the content type of an answer mean."""
    status = answer.status
    if status in (429, 418):
        _raise_busy(answer, name)
    if status in (451, 403):
        raise FeedBlocked(
            f"{name} does not serve this place ({status}). Use another exchange, or import candles from a file."
        )
    if 300 <= status < 400:
        raise _Trouble(FeedUnavailable(f"{name} answered with a redirect ({status}); {_PORTAL}"))
    if status >= 500 or status == 408:
        out_of_order = FeedUnavailable(f"{name} is out of order at the moment ({status}); try again later.")
        wait = _retry_after(answer)
        if wait is not None and wait > LONGEST_RETRY_AFTER_S:
            raise FeedBusy(f"{name} is out of order ({status}) and asks to wait {_minutes(wait)}.", wait)
        raise _Trouble(out_of_order, wait)
    if status == 200 and not _believed(answer, kind):
        raise _Trouble(FeedUnavailable(f"{name} answered with a web page instead of candles; {_PORTAL}"))


_PORTAL = "a sign-in page of this network may stand between. Open a web page, then try again."


def _believed(answer: Answer, kind: str) -> bool:
    content_type = answer.headers.get("content-type", "").split(";")[0].strip().lower()
    looks_like_a_page = answer.body[:200].lstrip()[:1] == b"<"
    return content_type in _KINDS[kind] and not looks_like_a_page


def _raise_busy(answer: Answer, name: str) -> None:
    """Raise for 429 (wait and ask again) and 418 (banned: leave it alone)."""
    wait = _retry_after(answer)
    if answer.status == 418:
        wait = wait if wait is not None else 300.0
        raise FeedBusy(f"{name} has shut us out for {_minutes(wait)}: too many requests from this address.", wait)
    reason = FeedBusy(f"{name} is busy and asks to wait {_minutes(wait or 60.0)}.", wait or 60.0)
    if wait is not None and wait > LONGEST_RETRY_AFTER_S:
        raise reason
    raise _Trouble(reason, wait)


def _retry_after(answer: Answer) -> float | None:
    """Return how many seconds a server wants to be left alone; None where it does not say.

    It says seconds, or a date, which is compared with the date of the answer: both are by its own clock.
    """
    text = answer.headers.get("retry-after", "")
    try:
        seconds = float(text)
    except ValueError:
        until, now = _moment(text), _moment(answer.headers.get("date", ""))
        seconds = -1.0 if until is None or now is None else until - now
    return seconds if 0.0 < seconds < 1e7 else None


def _moment(date: str) -> float | None:
    try:
        return parsedate_to_datetime(date).timestamp()
    except (TypeError, ValueError, OverflowError):
        return None


def _minutes(seconds: float) -> str:
    if round(seconds) == 1:
        return "1 second"
    return f"{seconds:.0f} seconds" if seconds < 120.0 else f"{seconds / 60.0:.0f} minutes"
