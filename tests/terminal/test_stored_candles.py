"""`candles status`, `verify`, `export` and `delete`, on a small store of candles."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from support.cache import EVER, MINUTE, START, minutes, same, series, span

from app import paths
from app.data.candle_cache import CandleCache, default_path
from app.data.candle_files import read_candles
from app.data.duck_file import DuckFile
from app.data.records import Series, SeriesKey

COIN = series(1)
TWIN = Series(SeriesKey("kraken", "spot", "COIN1/USDT"))
GOLD = Series(SeriesKey("import", "metals", "XAU/USD broker"), calendar="metals", status="ended")


@pytest.fixture(autouse=True)
def folder(blockbuilders: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the folder of this computer's caches, which is empty."""
    monkeypatch.setattr(paths, "cache_folder", lambda: tmp_path)
    monkeypatch.setattr(paths, "data_folder", lambda: tmp_path)
    return tmp_path


@pytest.fixture
def store() -> None:
    """Store 600 minutes of two coins, of the first one with holes, and a little gold."""
    with CandleCache.open(default_path(), now_ms=0) as cache:
        there = set(range(600)) - {5} - set(range(300, 340)) - set(range(400, 500))
        put(cache, COIN, there, 0, 400)
        put(cache, COIN, there, 500, 600)
        put(cache, series(2), set(range(600)), 0, 600)
        put(cache, GOLD, set(range(10)), 0, 10)


def put(cache: CandleCache, known: Series, there: set[int], first: int, last: int) -> None:
    cache.ensure(known)
    rows = minutes(there & set(range(first, last)))
    cache.store(known.key, rows, span(first, last), origin="rest", final=True, authoritative=True, now_ms=7)


@pytest.mark.parametrize("action", ["verify", "delete", "export", "update", "tidy"])
def test_where_nothing_is_stored_nothing_is_begun(blockbuilders: Any, folder: Path, action: str) -> None:
    answer = blockbuilders("candles", "status")
    assert answer.code == 0
    assert answer.out == ("No candles are stored yet. To fetch a year of them: blockbuilders candles fetch BTC/USDT\n")
    assert blockbuilders("candles", "status", "--json").json()["series"] == []
    answer = blockbuilders(
        "candles", action, *{"delete": ("BTC/USDT",), "export": ("BTC/USDT", "x.csv")}.get(action, ())
    )
    assert answer.code == 2
    assert answer.err.startswith("blockbuilders: No candles are stored yet. To fetch a year of them: ")
    assert list(folder.iterdir()) == []


@pytest.mark.usefixtures("store")
def test_status_of_everything(blockbuilders: Any, folder: Path) -> None:
    answer = blockbuilders("candles", "status")
    assert answer.code == 0
    lines = answer.out.splitlines()
    assert lines[:7] == [
        "COIN1/USDT on Binance  1m",
        "  2020-01-01 00:00 to 2020-01-01 10:00 UTC",
        "  ▕▓█████████████████████████████    ██████··········██████████▏",
        "  459 candles, 91.8 % of those expected where asked",
        "  not asked for in between: 2020-01-01 06:40 to 2020-01-01 08:20",
        "  1 gap of 1 candle quiet (nobody traded)",
        "  1 gap of 40 candles not known why",
    ]
    assert lines[7] == "  the longest: 2020-01-01 05:00, 40 minutes, not known why"
    assert "XAU/USD broker, imported  1m, not traded now" in lines
    # a long path is folded wherever the terminal ends
    said = "".join(lines).replace(" ", "")
    assert "3series,1,069candles," in said
    assert said.endswith(f"in{folder / 'candles.duckdb'}")


@pytest.mark.usefixtures("store")
def test_the_status_fits_a_narrow_terminal(blockbuilders: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    lines = blockbuilders("candles", "status", "coin1/usdt").out.splitlines()
    assert lines[3] == "  ▕▓█████████████████  ▒███······██████▏"
    assert max(map(len, lines)) <= 40
    assert all(line.startswith("  ") for line in lines[1 : lines.index("")])


@pytest.mark.usefixtures("store")
def test_status_of_one_series_lists_its_gaps(blockbuilders: Any) -> None:
    answer = blockbuilders("candles", "status", "coin1usdt")
    assert "\n  2020-01-01 05:00, 40 minutes, not known why\n" in answer.out
    assert "COIN2" not in answer.out


@pytest.mark.usefixtures("store")
def test_status_for_programs(blockbuilders: Any) -> None:
    found = blockbuilders("candles", "status", "--json").json()
    assert found["bytes"] > 0
    assert found["put_aside"] == []
    coin = found["series"][0]
    assert coin["gaps"] == [
        [START + 5 * MINUTE, START + 6 * MINUTE, "quiet", 0],
        [START + 300 * MINUTE, START + 340 * MINUTE, "unknown", 0],
    ]
    assert (coin["candles"], coin["expected"], coin["share"]) == (459, 500, 459 / 500)
    assert [one["rows"] for one in coin["coverage"]] == [359, 100]
    assert coin["bar"][0] == 0.9
    assert coin["bar"][45] is None


def test_status_tells_of_damaged_files(blockbuilders: Any, folder: Path) -> None:
    (folder / "candles.duckdb").write_bytes(b"x" * 100_000)
    answer = blockbuilders("candles", "status")
    assert "could not be read and were put aside as candles.duckdb.bad-" in answer.err
    (aside,) = blockbuilders("candles", "status", "--json").json()["put_aside"]
    assert aside["bytes"] == 100_000


@pytest.mark.usefixtures("store")
def test_plain_signs_where_there_are_no_others(blockbuilders: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from app.terminal import screen

    written: list[str] = []

    class Ascii:
        encoding = "ascii"
        write = staticmethod(written.append)

    screen.write("▕█▓▒░ ·▏\n", Ascii())  # type: ignore[arg-type]
    assert written == ["[#=-~ .]\n"]


@pytest.mark.usefixtures("store")
def test_verify_says_that_all_is_sound(blockbuilders: Any) -> None:
    answer = blockbuilders("candles", "verify")
    assert (answer.code, answer.out) == (0, "1,069 candles of 3 series read: all sound.\n")
    assert blockbuilders("candles", "verify", "coin2", "--json").code == 2
    found = blockbuilders("candles", "verify", "coin2/usdt", "--json").json()
    assert found == {"series": 1, "candles": 600, "findings": []}


@pytest.mark.usefixtures("store")
def test_verify_drops_what_is_not_sound(blockbuilders: Any) -> None:
    inside = DuckFile(default_path())
    inside.run(f"UPDATE candles_00 SET high = low / 2 WHERE ts = {START + 7 * MINUTE}")
    inside.close()
    answer = blockbuilders("candles", "verify")
    assert answer.code == 2
    assert answer.out == (
        "COIN1/USDT on Binance, 2020-01-01 00:00 to 2020-01-01 06:40 UTC: has a candle that has a low or high inside "
        "its body. It is dropped and will be fetched again.\n"
    )
    assert blockbuilders("candles", "verify").out == "710 candles of 3 series read: all sound.\n"


def test_verify_says_that_an_import_is_made_again_from_its_file(blockbuilders: Any, tmp_path: Path) -> None:
    file = tmp_path / "BTCUSDT.csv"
    rows = (f"{START + minute * MINUTE},1,2,0.5,1.5,3" for minute in range(60))
    file.write_text("\n".join(["time,open,high,low,close,volume", *rows]))
    assert blockbuilders("candles", "import", str(file), "--yes").code == 0
    inside = DuckFile(default_path())
    inside.run(f"UPDATE candles_00 SET high = low / 2 WHERE ts = {START + 7 * MINUTE}")
    inside.close()
    assert blockbuilders("candles", "verify").out.endswith("dropped and will be made again from its kept file.\n")
    answer = blockbuilders("candles", "verify")
    assert (answer.code, answer.out) == (0, "60 candles of 1 series read: all sound.\n")


@pytest.mark.usefixtures("store")
@pytest.mark.parametrize("name", ["out.csv", "out.parquet"])
def test_an_export_reads_back_as_it_was(blockbuilders: Any, folder: Path, name: str) -> None:
    file = folder / name
    file.write_text("an older file")
    answer = blockbuilders("candles", "export", "COIN2/USDT", file, "--from", "2020-01-01T01:00", "--json")
    assert answer.code == 0
    assert same(read_candles(file), minutes(range(60, 600)))
    found = answer.json()
    assert (found["candles"], found["from"], found["timeframe"]) == (540, START + 60 * MINUTE, "1m")
    assert found["fingerprint"] == minutes(range(60, 600)).fingerprint()
    assert sorted(one.name for one in folder.iterdir()) == ["candles.duckdb", name]


@pytest.mark.usefixtures("store")
def test_longer_bars_are_exported(blockbuilders: Any, folder: Path) -> None:
    answer = blockbuilders("candles", "export", "COIN2/USDT", folder / "out.parquet", "--timeframe", "1h")
    assert answer.out.startswith("COIN2/USDT on Binance: 10 candles of 1h, 2020-01-01 00:00 to 2020-01-01 10:00 UTC, ")
    assert len(read_candles(folder / "out.parquet")) == 10


@pytest.mark.usefixtures("store")
@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (("COIN2/USDT", "out.txt"), "out.txt should end in .csv or .parquet."),
        (("COIN2/USDT", "nowhere/out.parquet"), "cannot be written (no such file or directory)."),
        (("COIN2/USDT", "nowhere/out.csv"), "cannot be written (no such file or directory)."),
        (("COIN9/USDT", "out.csv"), "Nothing is stored of 'COIN9/USDT'. Did you mean COIN"),
        (("zzz", "out.csv"), "Nothing is stored of 'zzz'. blockbuilders candles status lists what is."),
        (("COIN2/USDT", "out.csv", "--timeframe", "7x"), "'7x' is not a timeframe"),
        (("COIN2/USDT", "out.csv", "--from", "2021-01-01"), "No candles of COIN2/USDT on Binance are stored in this"),
        (("COIN2/USDT", "out.csv", "--exchange", "import"), "Nothing is stored of 'COIN2/USDT'."),
    ],
)
def test_what_cannot_be_exported(blockbuilders: Any, folder: Path, typed: tuple[str, ...], said: str) -> None:
    symbol, file, *options = typed
    answer = blockbuilders("candles", "export", symbol, folder / file, *options)
    assert answer.code == 2
    assert said in answer.err
    assert [one.name for one in folder.iterdir()] == ["candles.duckdb"]


@pytest.mark.usefixtures("store")
def test_delete_removes_one_series(blockbuilders: Any) -> None:
    answer = blockbuilders("candles", "delete", "coin1/usdt")
    assert (answer.code, answer.out) == (0, "COIN1/USDT on Binance: 459 candles deleted.\n")
    assert blockbuilders("candles", "delete", "coin1/usdt").code == 2
    assert blockbuilders("candles", "delete", "xauusd", "--json").json()["deleted"] == 10
    with CandleCache.open(default_path(), now_ms=0) as cache:
        assert [known.key for known in cache.series()] == [series(2).key]
        assert same(cache.read(series(2).key, EVER.start, EVER.end), minutes(range(600)))


@pytest.mark.usefixtures("store")
def test_a_symbol_of_two_exchanges_has_to_be_told_apart(blockbuilders: Any) -> None:
    with CandleCache.open(default_path(), now_ms=0) as cache:
        put(cache, TWIN, {1}, 0, 2)
    answer = blockbuilders("candles", "delete", "coin1/usdt")
    assert answer.code == 2
    assert "say which one: COIN1/USDT --exchange binance, COIN1/USDT --exchange kraken." in answer.err
    assert blockbuilders("candles", "delete", "coin1/usdt", "--exchange", "kraken").code == 0


@pytest.mark.usefixtures("store")
def test_imports_of_one_symbol_are_told_apart_by_their_names_and_lengths(blockbuilders: Any) -> None:
    hours = SeriesKey("import", "metals", "XAU/USD broker", 3_600_000)
    other = SeriesKey("import", "metals", "XAU/USD other")
    with CandleCache.open(default_path(), now_ms=0) as cache:
        for key in (hours, other):
            cache.ensure(Series(key, calendar="metals"))
    answer = blockbuilders("candles", "delete", "xauusd")
    assert answer.code == 2
    assert 'say which one: "XAU/USD broker 1m", "XAU/USD broker 1h", "XAU/USD other".' in answer.err
    assert blockbuilders("candles", "delete", "XAU/USD broker").code == 2
    assert blockbuilders("candles", "delete", "XAU/USD broker 1h", "--json").json()["step_ms"] == hours.step_ms
    assert blockbuilders("candles", "delete", "XAU/USD other").code == 0
    assert blockbuilders("candles", "delete", "XAU/USD broker", "--json").json()["deleted"] == 10


@pytest.mark.usefixtures("store")
def test_status_lists_jumps_across_gaps(blockbuilders: Any) -> None:
    with CandleCache.open(default_path(), now_ms=0) as cache:
        cache.ensure(series(3))
        rows = minutes(set(range(600)) - {5} - set(range(300, 340)))
        for name in ("open", "high", "low", "close"):
            getattr(rows, name)[rows.time >= START + 340 * MINUTE] *= 0.5
        covered = span(0, 600)
        cache.store(series(3).key, rows, covered, origin="rest", final=True, authoritative=True, now_ms=7)
    line = "  2020-01-01 05:40, the price jumps by -49.8 % across a gap; kept as it is"
    assert line in blockbuilders("candles", "status", "coin3/usdt").out.splitlines()
    *_, coin = blockbuilders("candles", "status", "--json").json()["series"][:3]
    assert [time for time, _ in coin["jumps"]] == [START + 340 * MINUTE]


@pytest.mark.usefixtures("store")
def test_tidy_puts_in_order_and_says_how_much_room_is_left(blockbuilders: Any) -> None:
    assert blockbuilders("candles", "tidy").out.startswith("Stored candles are in order on the disk: 0.")
    with CandleCache.open(default_path(), now_ms=0) as cache:
        put(cache, series(2), set(range(-100, 0)), -100, 0)
    assert "are in order on the disk now: " in blockbuilders("candles", "tidy").out
    assert blockbuilders("candles", "tidy", "--json").json()["changed"] is False


def test_only_what_comes_from_an_exchange_can_be_updated(blockbuilders: Any) -> None:
    with CandleCache.open(default_path(), now_ms=0) as cache:
        put(cache, GOLD, set(range(10)), 0, 10)
    answer = blockbuilders("candles", "update")
    assert answer.code == 2
    assert "What is stored was imported; there is no exchange to ask" in answer.err


@pytest.mark.parametrize(("action", "code"), [("verify", 0), ("delete", 0)])
def test_an_import_is_found_although_the_cache_is_gone(
    blockbuilders: Any, folder: Path, action: str, code: int
) -> None:
    table = folder / "mine.csv"
    table.write_text("time,open,high,low,close\n" + "".join(f"{START + n * MINUTE},1,2,1,2\n" for n in range(50)))
    assert blockbuilders("candles", "import", table, "--symbol", "ABC/USD", "--zone", "UTC").code == 0
    default_path().unlink()
    answer = blockbuilders("candles", action, *(["abc/usd"] if action == "delete" else []))
    assert (answer.code, "was made again from mine.csv" in answer.err) == (code, True)
    default_path().unlink()
    assert ("50 candles" in blockbuilders("candles", "status").out) is (action == "verify")
