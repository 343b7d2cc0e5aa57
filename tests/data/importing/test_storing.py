from __future__ import annotations

import errno
import gzip
import os
from pathlib import Path

import pytest
from support.candle_text import MINUTE, START, Row, rows, stamp, table
from support.importing_now import NOW

from app.data.candle_cache import CandleCache
from app.data.importing import storing
from app.data.importing.originals import Originals
from app.data.importing.refusal import ImportRefused
from app.data.importing.report import Imported
from app.data.importing.storing import Shelf, compare, forget, rebuild, store
from app.data.records import CacheFull, SeriesKey

LOCAL = stamp("%Y-%m-%d %H:%M")
KEY = SeriesKey("import", "crypto", "BTC/USD mine")


def moved(candles: list[Row], by: float) -> list[Row]:
    return [(row[0], *(value + by for value in row[1:5]), row[5]) for row in candles]


@pytest.fixture
def importing(tried, shelf: Shelf):
    """Give what imports a text and returns what that did."""

    def run(text: str, file: str = "BTCUSD.csv", *, now: int = NOW, **options: object) -> Imported:
        proposal, report = tried(text, file, **{"name": "mine", **options})
        return store(proposal, compare(report, proposal, shelf), shelf, now_ms=now)

    return run


def stored(shelf: Shelf, key: SeriesKey = KEY) -> list[int]:
    return shelf.cache.read(key, 0, NOW).time.tolist()


def test_an_import_is_its_own_series_with_coverage_gaps_and_the_file_kept(importing, shelf: Shelf) -> None:
    candles = [row for place, row in enumerate(rows(100)) if place != 50]

    done = importing(table(candles))

    assert (done.stored.added, done.again) == (99, False)
    (series,) = shelf.cache.series()
    assert (series.key, series.calendar, series.volume) == (KEY, "24x7", "base")
    (covered,) = shelf.cache.coverage(KEY)
    (kept,) = shelf.originals.all()
    assert (covered.origin, covered.rows, covered.final, covered.checksum) == ("import", 99, True, kept.sha256)
    assert covered.span == kept.span
    assert [gap.span.start for gap in shelf.cache.gaps(KEY, covered.span)] == [START + 50 * MINUTE]
    with shelf.originals.unpacked(kept) as copy:
        assert copy.read_text() == table(candles)


def test_the_same_file_again_changes_nothing_whatever_it_is_called(importing, shelf: Shelf) -> None:
    importing(table(rows(100)))
    before = sorted((path.name, path.stat().st_mtime_ns) for path in shelf.originals.folder.iterdir())

    again = importing(table(rows(100)), now=NOW + 5)

    assert (again.again, again.stored.added, again.stored.changed) == (True, 0, 0)
    assert sorted((path.name, path.stat().st_mtime_ns) for path in shelf.originals.folder.iterdir()) == before


def test_the_next_file_of_a_source_makes_the_series_longer(importing, shelf: Shelf) -> None:
    importing(table(rows(100)), now=NOW)
    more = importing(table(rows(150)), now=NOW + 1)

    assert (more.stored.added, more.stored.changed) == (50, 0)
    assert len(stored(shelf)) == 150
    assert len(shelf.originals.all()) == 2


def test_a_file_read_in_another_zone_takes_the_place_of_what_it_gave_before(importing, shelf: Shelf) -> None:
    text = table(rows(100), LOCAL)
    importing(text, zone="UTC")
    importing(table(rows(60, START + 1_440 * MINUTE)))  # another file in the same series stays

    done = importing(text, zone="UTC+1")

    assert done.stored.added == 100
    assert "was taken out" in done.notes[0]
    assert stored(shelf) == [row[0] - 60 * MINUTE for row in rows(100)] + [
        r[0] for r in rows(60, START + 1_440 * MINUTE)
    ]


def test_a_file_imported_under_another_symbol_leaves_the_first_one(importing, shelf: Shelf) -> None:
    importing(table(rows(100)))
    importing(table(rows(100)), symbol="ETH/USD")

    assert [series.key.symbol for series in shelf.cache.series()] == ["ETH/USD mine"]
    assert len(shelf.originals.all()) == 1


def test_another_source_is_not_mixed_in(importing, shelf: Shelf) -> None:
    importing(table(rows(100)))

    with pytest.raises(ImportRefused, match=r"100 candles with other values than BTC/USD mine .* another name"):
        importing(table(moved(rows(100), 5.0)))
    assert importing(table(moved(rows(100), 5.0)), name="BTCUSD.csv") if False else True
    assert shelf.cache.read(KEY, 0, NOW).close[0] == rows(1)[0][4]
    assert len(shelf.originals.all()) == 1


def test_a_few_candles_that_differ_are_corrections_and_the_newer_file_counts(importing, shelf: Shelf) -> None:
    importing(table(rows(500)))
    corrected = rows(520)
    corrected[499] = moved([corrected[499]], 1.0)[0]

    done = importing(table(corrected), now=NOW + 1)

    assert (done.stored.added, done.stored.changed) == (20, 1)
    assert shelf.cache.read(KEY, 0, NOW).close[499] == corrected[499][4]


def test_a_lost_cache_is_made_again_from_the_kept_files(importing, tried, tmp_path: Path, shelf: Shelf) -> None:
    importing(table(rows(100), LOCAL), zone="UTC+2", now=NOW)
    importing(table(rows(150), LOCAL), zone="UTC+2", now=NOW + 1)
    importing(table(rows(60, step=60 * MINUTE)), "ETHUSD.csv", now=NOW + 2)
    before = {series: shelf.cache.read(series.key, 0, NOW).fingerprint() for series in shelf.cache.series()}
    shelf.cache.close()
    shelf.cache.path.unlink()

    with CandleCache.open(shelf.cache.path, now_ms=NOW + 3) as cache:
        anew = Shelf(cache, shelf.originals)
        told = rebuild(anew, now_ms=NOW + 3)
        after = {series: cache.read(series.key, 0, NOW).fingerprint() for series in cache.series()}

        assert after == before
        assert told == (
            "BTC/USD mine was made again from 2 files.",
            "ETH/USD mine was made again from ETHUSD.csv.",
        )
        assert rebuild(anew, now_ms=NOW + 4) == ()


def test_a_kept_file_that_is_damaged_is_told_and_imported_anew(importing, shelf: Shelf) -> None:
    importing(table(rows(100)))
    (copy,) = shelf.originals.folder.glob("*.gz")
    copy.write_bytes(gzip.compress(b"something else"))
    shelf.cache.delete(KEY)

    assert "its kept copy is damaged" in rebuild(shelf, now_ms=NOW)[0]
    assert importing(table(rows(100))).stored.added == 100
    shelf.cache.delete(KEY)
    assert "was made again" in rebuild(shelf, now_ms=NOW)[0]


def test_damaged_notes_are_passed_over(importing, shelf: Shelf) -> None:
    importing(table(rows(100)))
    (about,) = shelf.originals.folder.glob("*.json")
    for damage in (b"", b"{}", b"[1]", b'{"format": 99}', about.read_bytes()[:-40], b"\xff\xfe"):
        about.write_bytes(damage)

        assert shelf.originals.all() == []
        assert rebuild(shelf, now_ms=NOW) == ()


def test_a_series_that_is_forgotten_is_not_made_again(importing, shelf: Shelf) -> None:
    importing(table(rows(100)))

    forget(KEY, shelf.originals)
    shelf.cache.delete(KEY)

    assert rebuild(shelf, now_ms=NOW) == ()
    assert list(shelf.originals.folder.iterdir()) == []


def test_where_the_kept_file_cannot_be_removed_that_is_said(
    importing, shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    def sealed(*_: object, **__: object) -> None:
        raise OSError(errno.EROFS, "Read-only file system")

    importing(table(rows(100)))
    monkeypatch.setattr(Path, "unlink", sealed)

    with pytest.raises(ImportRefused) as refused:
        forget(KEY, shelf.originals)
    assert str(refused.value) == (
        f"The kept file of an import cannot be removed from {shelf.originals.folder} (read-only file system), so its "
        "candles stay."
    )


def test_when_the_cache_is_full_nothing_is_kept(importing, shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise CacheFull("The disk is full.")

    monkeypatch.setattr(CandleCache, "store", full)

    with pytest.raises(CacheFull):
        importing(table(rows(100)))
    assert shelf.originals.all() == []
    assert list(shelf.originals.folder.iterdir()) == []


def test_an_import_that_is_stopped_leaves_no_empty_series(
    importing, shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stopped(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    importing(table(rows(100)))
    before = shelf.cache.series()
    monkeypatch.setattr(CandleCache, "store", stopped)

    with pytest.raises(KeyboardInterrupt):
        importing(table(rows(100, START + 500 * MINUTE)), name="stopped")
    assert shelf.cache.series() == before
    with pytest.raises(KeyboardInterrupt):
        importing(table(rows(100, START + 500 * MINUTE)))
    assert shelf.cache.series() == before


@pytest.mark.skipif(os.name == "nt", reason="folders are protected in another way there")
def test_where_the_original_cannot_be_kept_nothing_is_imported(importing, shelf: Shelf) -> None:
    shelf.originals.folder.parent.joinpath("imports").write_text("a file where the folder should be")

    with pytest.raises(ImportRefused, match="Nothing was imported: the original file cannot be kept"):
        importing(table(rows(100)))
    assert stored(shelf) == []


def test_a_file_that_changes_while_it_is_imported_is_refused(tried, shelf: Shelf) -> None:
    proposal, report = tried(table(rows(100)))
    proposal.source.path.write_text(table(rows(50)))

    with pytest.raises(ImportRefused, match="has changed while it was read"):
        store(proposal, report, shelf, now_ms=NOW)
    assert shelf.cache.series() == ()


def test_kept_files_are_the_same_bytes_every_time(importing, tmp_path: Path, shelf: Shelf) -> None:
    importing(table(rows(100)))
    (copy,) = shelf.originals.folder.glob("*.gz")
    first = copy.read_bytes()
    copy.unlink()

    shelf.cache.delete(KEY)
    importing(table(rows(100)))

    assert copy.read_bytes() == first


def test_an_import_broken_off_before_the_cache_had_it_is_finished_later(
    importing, shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken_off(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(storing, "_put", broken_off)
        with pytest.raises(KeyboardInterrupt):
            importing(table(rows(100)))

    assert importing(table(rows(100))).stored.added == 100
    assert Originals(shelf.originals.folder).of(KEY)
