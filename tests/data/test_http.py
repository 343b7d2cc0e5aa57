"""Asking web servers: what is tried again, what is not, and what is never believed."""

from __future__ import annotations

import gzip
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from support.stand_in import Seconds

from app.data import http
from app.data.feed_errors import FeedBlocked, FeedBusy, FeedUnavailable

Reply = tuple[int, dict[str, str], bytes]
OK: Reply = (200, {"Content-Type": "application/json"}, b"[1]")


class Server:
    """Answers from a list, the last entry for ever."""

    def __init__(self) -> None:
        outer = self
        self.replies: list[Reply] = [OK]
        self.asked = 0

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                status, headers, body = outer.replies[min(outer.asked, len(outer.replies) - 1)]
                outer.asked += 1
                self.send_response_only(status)
                for name, value in ({"Content-Length": str(len(body))} | headers).items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                return

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/x"
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True)
        self.thread.start()

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.thread.join(5)


@pytest.fixture
def server() -> Iterator[Server]:
    one = Server()
    yield one
    one.close()


Ask = Callable[..., http.Answer]


@pytest.fixture
def seconds() -> Seconds:
    return Seconds()


@pytest.fixture
def ask(server: Server, seconds: Seconds) -> Iterator[Ask]:
    with http.Http(seconds.timing(), timeout_s=2.0) as client:
        yield lambda *replies, **options: (
            server.replies.__setitem__(slice(None), replies or [OK]),
            client.get(server.url, **options),
        )[1]


def status(code: int, **headers: str) -> Reply:
    return code, {name.replace("_", "-"): value for name, value in headers.items()}, b"<html>no</html>"


def test_an_answer_comes_whole(ask: Ask) -> None:
    answer = ask((200, {"Content-Type": "application/json; charset=utf-8", "X-Much": "7"}, b"[1, 2]"))
    assert (answer.status, answer.text, answer.headers["x-much"]) == (200, "[1, 2]", "7")


def test_what_may_pass_is_tried_again_after_one_two_four_seconds(ask: Ask, server: Server, seconds: Seconds) -> None:
    assert ask(status(500), status(502), status(503), OK).text == "[1]"
    assert server.asked == 4
    assert seconds.slept == [1.0, 2.0, 4.0]


def test_jitter_halves_a_pause_at_most(server: Server) -> None:
    seconds = Seconds()
    server.replies = [status(500), status(500), OK]
    with http.Http(seconds.timing(chance=0.0)) as client:
        client.get(server.url)
    assert seconds.slept == [0.5, 1.0]


def test_trying_again_ends(ask: Ask, server: Server, seconds: Seconds) -> None:
    with pytest.raises(FeedUnavailable, match=r"out of order at the moment \(503\); try again later"):
        ask(status(503))
    assert server.asked == http.TRIES
    assert max(seconds.slept) <= http.LONGEST_WAIT_S


def test_the_wait_a_busy_server_asks_for_is_kept(ask: Ask, seconds: Seconds) -> None:
    ask(status(429, Retry_After="7"), OK)
    assert seconds.slept == [7.0]


@pytest.mark.parametrize("code", [429, 503])
def test_the_wait_may_be_a_date_by_the_clock_of_the_server(ask: Ask, seconds: Seconds, code: int) -> None:
    dates = {"Date": "Fri, 20 Dec 2024 23:59:50 GMT", "Retry_After": "Sat, 21 Dec 2024 00:00:02 GMT"}
    ask(status(code, **dates), OK)
    assert seconds.slept == [12.0]


@pytest.mark.parametrize(
    "text", ["soon", "0", "-5", "1e99", "Sat, 99 Dec 2024 00:00:02 GMT", "Fri, 20 Dec 2019 00:00:00 GMT"]
)
def test_a_wait_that_makes_no_sense_is_not_kept(ask: Ask, seconds: Seconds, text: str) -> None:
    ask(status(429, Date="Fri, 20 Dec 2024 23:59:50 GMT", Retry_After=text), OK)
    assert seconds.slept == [1.0]


def test_the_wait_a_server_out_of_order_asks_for_is_kept(ask: Ask, server: Server, seconds: Seconds) -> None:
    ask(status(503, Retry_After="9"), OK)
    assert seconds.slept == [9.0]
    with pytest.raises(FeedBusy, match=r"out of order \(503\) and asks to wait 30 minutes"):
        ask(status(503, Retry_After="1800"))


def test_a_long_wait_is_not_waited_for(ask: Ask, server: Server, seconds: Seconds) -> None:
    with pytest.raises(FeedBusy, match="asks to wait 15 minutes") as caught:
        ask(status(429, Retry_After="900"))
    assert caught.value.retry_after_s == 900.0
    assert (server.asked, seconds.slept) == (1, [])


def test_a_ban_is_respected_at_once(ask: Ask, server: Server) -> None:
    with pytest.raises(FeedBusy, match="shut us out for 100 seconds") as caught:
        ask(status(418, Retry_After="100"))
    assert caught.value.retry_after_s == 100.0
    assert server.asked == 1


@pytest.mark.parametrize("code", [451, 403])
def test_a_refusal_of_this_place_is_not_tried_again(ask: Ask, server: Server, code: int) -> None:
    with pytest.raises(FeedBlocked, match=f"does not serve this place \\({code}\\). Use another exchange"):
        ask(status(code))
    assert server.asked == 1


@pytest.mark.parametrize("code", [400, 404])
def test_a_wrong_question_is_answered(ask: Ask, code: int) -> None:
    assert ask(status(code)).status == code


@pytest.mark.parametrize(
    "page",
    [
        (200, {"Content-Type": "text/html"}, b"<html>Sign in</html>"),
        (200, {"Content-Type": "application/json"}, b"  <!doctype html>"),
        (200, {}, b"[]"),
    ],
)
def test_a_web_page_is_never_candles(ask: Ask, server: Server, page: Reply) -> None:
    with pytest.raises(FeedUnavailable, match="web page instead of candles"):
        ask(page)
    assert server.asked == http.TRIES
    server.asked = 0
    assert ask(page, OK).text == "[1]"


def test_a_redirect_is_not_followed(ask: Ask) -> None:
    with pytest.raises(FeedUnavailable, match=r"redirect \(302\)"):
        ask(status(302, Location="http://127.0.0.1:1/login"))


def test_an_answer_that_is_too_long_is_not_read(ask: Ask) -> None:
    with pytest.raises(FeedUnavailable, match="more than 1 MiB"):
        ask((200, {"Content-Type": "application/json"}, b"1" * (1 << 20) + b"1"), most=1 << 20)


def test_what_is_small_only_when_packed_is_too_long_as_well(ask: Ask) -> None:
    bomb = gzip.compress(b"0" * (30 << 20))
    with pytest.raises(FeedUnavailable, match="more than 10 MiB"):
        ask((200, {"Content-Type": "application/json", "Content-Encoding": "gzip"}, bomb))


def test_half_an_answer_is_tried_again(ask: Ask, server: Server) -> None:
    half: Reply = (200, {"Content-Type": "application/json", "Content-Length": "100", "Connection": "close"}, b"[1,")
    server.server.RequestHandlerClass.protocol_version = "HTTP/1.0"
    assert ask(half, OK).text == "[1]"


def test_nobody_there(seconds: Seconds) -> None:
    with http.Http(seconds.timing()) as client, pytest.raises(FeedUnavailable, match="is this computer online"):
        client.get("http://127.0.0.1:9/x")
    assert seconds.slept == [1.0, 2.0]


@pytest.mark.parametrize("url", ["ftp://example.com/x", "https:///x", "file:///etc/passwd", "nonsense"])
def test_only_web_addresses_are_asked(url: str) -> None:
    with http.Http() as client, pytest.raises(FeedUnavailable, match="not an address"):
        client.get(url)


def test_a_host_is_asked_no_faster_than_its_pace(ask: Ask, server: Server, seconds: Seconds) -> None:
    with http.Http(seconds.timing()) as client:
        client.pace(server.url, http.Pace(per_second=2.0, burst=3))
        for _ in range(7):
            client.get(server.url)
    assert sum(seconds.slept) == pytest.approx(2.0)


def test_a_host_that_reports_much_used_weight_gets_a_rest(ask: Ask, seconds: Seconds) -> None:
    heavy: Reply = (200, {"Content-Type": "application/json", "X-MBX-USED-WEIGHT-1M": "3001"}, b"[1]")
    ask(heavy)
    ask(OK)
    assert seconds.slept == [5.0]


def test_once_closed_nobody_is_asked_any_more(server: Server) -> None:
    client = http.Http()
    client.get(server.url)
    client.close()
    with pytest.raises(FeedUnavailable, match="all connections were closed"):
        client.get(server.url)
    assert server.asked == 1
