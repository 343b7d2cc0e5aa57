"""Runs: what is kept of them, how they end, and what damage, deleting and cleaning up leave."""

from __future__ import annotations

import json
import threading
from dataclasses import fields, replace
from pathlib import Path

import numpy as np
import pytest
from support.library import drawing, opened, sql
from support.library_runs import LIBRARIES, QUALITY, kept, request, sample_run

from app.data.library.failures import LibraryDamaged, NotInLibrary
from app.data.library.library import Library
from app.data.library.records import RunFilter
from app.engine.completed import CompletedRun, trade
from app.market.candles import Candles


def parts(run: CompletedRun) -> dict[str, object]:
    """Return every field of a run as something that can be compared to the last bit."""
    plain: dict[str, object] = {}
    for field in fields(run):
        value = getattr(run, field.name)
        if isinstance(value, Candles):
            value = (value.step_ms, *(getattr(value, name).tobytes() for name in ("time", "open", "close", "volume")))
        plain[field.name] = (value.dtype, value.tobytes()) if isinstance(value, np.ndarray) else value
    return plain


def test_a_completed_run_is_the_same_to_the_last_bit_after_a_restart(folder: Path) -> None:
    with opened(folder) as library:
        run_id = kept(library)
    with opened(folder) as library:
        run = library.runs.open(run_id)
        overview = library.runs.overview(run_id)
    assert parts(run) == parts(sample_run())
    assert run.bars.fingerprint() == sample_run().bars.fingerprint()
    assert [trade(row) for row in run.trades] == [trade(row) for row in sample_run().trades]
    assert all(column.flags.writeable for column in (run.bars.close, run.equity, run.position))
    assert (overview.libraries, overview.quality) == (LIBRARIES, QUALITY)


def test_the_summary_has_the_figures_of_the_run(library: Library) -> None:
    run, run_id = sample_run(), kept(library)
    summary = library.runs.summary(run_id)
    assert (summary.state, summary.reason, summary.strategy_name) == ("completed", "", "First")
    assert summary.asked_ms < (summary.finished_ms or 0)
    assert (summary.start_ms, summary.end_ms) == (run.start, run.end)
    for name in ("total_return", "max_drawdown", "trades", "win_rate", "profit_factor", "sharpe", "cagr"):
        assert getattr(summary, name) == run.metrics[name]
    assert summary.result_hash == run.result_hash
    assert len(summary.sparkline) == 40
    assert summary.sparkline[[0, -1]].tolist() == run.equity[[0, -1]].astype("f4").tolist()
    assert library.runs.find() == library.runs.find(RunFilter(strategy_id=summary.strategy_id))


def test_the_overview_has_a_preview_of_the_curves(library: Library) -> None:
    run, overview = sample_run(), library.runs.overview(kept(library))
    assert overview.bars == len(run.bars)
    at = np.searchsorted(run.bars.time, overview.preview["time"])
    assert at[0] == 0
    assert at[-1] == len(run.bars) - 1
    assert len(overview.preview) == min(1_000, len(run.bars))
    assert (overview.preview["equity"] == run.equity[at]).all()
    assert (overview.preview["close"] == run.bars.close[at]).all()


def test_the_equity_and_whether_bars_are_the_same_are_had_without_the_rest(library: Library) -> None:
    run, first = sample_run(), kept(library)
    closes, equity = library.runs.equity(first)
    assert (closes == run.bars.time + run.bars.step_ms).all()
    assert (equity == run.equity).all()
    assert library.runs.same_bars(first, kept(library, "Again"))
    assert not library.runs.same_bars(first, kept(library, "Other", 1))


def test_the_overview_says_what_a_whole_run_does(library: Library) -> None:
    run, overview = sample_run(), library.runs.overview(kept(library))
    for name in ("start", "end", "assumptions", "engine_version", "dataset", "instrument"):
        assert getattr(overview, name) == getattr(run, name)


def test_a_run_goes_from_pending_to_running_to_its_end_and_no_way_back(library: Library) -> None:
    run_id = library.runs.begin(request(library))
    assert library.runs.summary(run_id).state == "pending"
    assert library.runs.running(run_id)
    assert library.runs.summary(run_id).state == "running"
    assert not library.runs.running(run_id)
    assert library.runs.cancel(run_id, "You stopped it.")
    assert not library.runs.fail(run_id, "late")
    assert not library.runs.complete(run_id, sample_run(), {}, {})
    summary = library.runs.summary(run_id)
    assert (summary.state, summary.reason) == ("cancelled", "You stopped it.")
    with pytest.raises(NotInLibrary, match="it is cancelled"):
        library.runs.open(run_id)


def test_the_result_of_another_version_is_not_kept(library: Library) -> None:
    run_id = library.runs.begin(request(library))
    with pytest.raises(ValueError, match="another version"):
        library.runs.complete(run_id, sample_run("Second", 1), {}, {})
    assert library.runs.summary(run_id).state == "pending"
    assert library.runs.fail(run_id, "no")


def test_what_was_under_way_when_the_program_ended_has_failed(folder: Path) -> None:
    with opened(folder) as library:
        done = kept(library)
        pending = library.runs.begin(request(library))
        running = library.runs.begin(request(library))
        library.runs.running(running)
    with opened(folder) as library:
        for run_id in (pending, running):
            summary = library.runs.summary(run_id)
            assert summary.state == "failed"
            assert summary.reason.startswith("Blockbuilders was closed or stopped")
            assert summary.finished_ms is not None
        assert library.runs.summary(done).state == "completed"


def test_equal_bars_are_stored_once(folder: Path) -> None:
    with opened(folder) as library:
        kept(library)
        before = sql(folder / "curves.db", "SELECT count(*) FROM columns")
        kept(library)
        assert sql(folder / "curves.db", "SELECT count(*) FROM columns") == before
        kept(library, "Renamed")
        assert sql(folder / "curves.db", "SELECT count(*) FROM columns") == before


@pytest.mark.parametrize(
    ("file", "change"),
    [
        ("library.db", "UPDATE runs SET total_return = total_return + 1e-9"),
        ("library.db", "UPDATE runs SET fee_rate = 0"),
        ("library.db", "UPDATE runs SET result_hash = 'x'"),
        ("library.db", "UPDATE runs SET sparkline = x'00'"),
        (
            "library.db",
            "UPDATE results SET content = replace(content, '\"missing_minutes\": 3', '\"missing_minutes\": 4')",
        ),
        ("library.db", "UPDATE results SET trades = (SELECT trades FROM results WHERE run_id = 2) WHERE run_id = 1"),
        ("library.db", "UPDATE results SET trades = x'00'"),
        ("library.db", "UPDATE results SET content = 'x'"),
        ("curves.db", "UPDATE columns SET data = x'00'"),
        ("curves.db", "UPDATE columns SET dtype = '\"O\"'"),
        ("curves.db", "UPDATE columns SET data = (SELECT data FROM columns c WHERE c.dtype = columns.dtype LIMIT 1)"),
    ],
)
def test_a_run_that_was_changed_behind_the_back_is_not_shown(folder: Path, file: str, change: str) -> None:
    with opened(folder) as library:
        run_id = kept(library)
        kept(library, "Second", 2)
        sql(folder / file, change)
        with pytest.raises(LibraryDamaged, match="damaged"):
            library.runs.open(run_id)


def test_running_again_brings_damaged_curves_back_for_both_runs(folder: Path) -> None:
    with opened(folder) as library:
        run_id = kept(library)
        sql(folder / "curves.db", "UPDATE columns SET data = x'00' WHERE dtype != '\"<i8\"'")
        with pytest.raises(LibraryDamaged, match="Run it again to have them back"):
            library.runs.open(run_id)
        assert library.runs.intact(run_id) is None
        kept(library)
        assert parts(library.runs.open(run_id)) == parts(sample_run())


def test_lost_curves_leave_a_sentence(folder: Path) -> None:
    with opened(folder) as library:
        run_id = kept(library)
        sql(folder / "curves.db", "DELETE FROM columns")
        with pytest.raises(NotInLibrary, match="Run it again"):
            library.runs.open(run_id)
        assert library.runs.summary(run_id).state == "completed"


def test_each_drawing_tried_on_overlapping_candles_counts_once(library: Library) -> None:
    data = sample_run().dataset
    assert library.runs.variants_tried(data) == 0
    for _ in range(2):
        kept(library)
    other = kept(library, "Second", 2)
    assert sample_run("Second", 2).dataset.symbol == data.symbol
    library.runs.delete(other)
    assert library.runs.variants_tried(data) == 2
    assert library.runs.variants_tried(replace(data, symbol="ELSE/USD")) == 0
    assert library.runs.variants_tried(replace(data, first=data.end, end=data.end + 1)) == 0


def test_marks_on_a_run_change_nothing_else(library: Library) -> None:
    run_id = kept(library)
    library.runs.pin(run_id)
    library.runs.note(run_id, "before the fork <b>")
    library.runs.mark_seen(run_id)
    summary = library.runs.summary(run_id)
    assert (summary.pinned, summary.note, summary.seen) == (True, "before the fork <b>", True)
    library.runs.pin(run_id, pinned=False)
    assert not library.runs.summary(run_id).pinned
    assert parts(library.runs.open(run_id)) == parts(sample_run())


def test_a_deleted_run_is_off_the_list_and_comes_back(library: Library) -> None:
    run_id = kept(library)
    library.runs.delete(run_id)
    assert library.runs.find() == ()
    assert [run.id for run in library.runs.find(RunFilter(deleted=True))] == [run_id]
    assert library.strategies.all()[0].last_run is None
    library.runs.restore_deleted(run_id)
    assert [run.id for run in library.runs.find()] == [run_id]


def test_a_strategy_shows_its_last_run_until_it_was_seen(library: Library) -> None:
    first = kept(library)
    second = kept(library)
    saved = library.strategies.all()[0]
    assert saved.last_run is not None
    assert (saved.last_run.id, saved.unseen) == (second, True)
    library.runs.mark_seen(first)
    library.runs.mark_seen(second)
    assert not library.strategies.all()[0].unseen


def test_findings_about_a_run_are_kept_with_it(library: Library) -> None:
    run_id = kept(library)
    assert library.runs.remembered(run_id, "look_ahead") is None
    library.runs.remember(run_id, "look_ahead", {"outcome": "clear", "cuts": 20})
    library.runs.remember(run_id, "look_ahead", {"outcome": "clear", "cuts": 21})
    assert library.runs.remembered(run_id, "look_ahead") == {"outcome": "clear", "cuts": 21}
    with pytest.raises(NotInLibrary):
        library.runs.remember(99, "look_ahead", {})


def test_a_clean_up_leaves_figures_pinned_runs_and_the_newest(folder: Path) -> None:
    with opened(folder) as library:
        ids = [kept(library) for _ in range(3)]
        other = kept(library, "Second", 2)
        deleted = kept(library)
        library.runs.pin(ids[0])
        library.runs.delete(deleted)
        before = library.storage()
        assert (before.runs, before.deleted_runs) == (4, 1)
        freed = library.clean_up(keep=1)
        assert freed.runs == 2
        assert freed.bytes > 0
        for run_id in (ids[0], ids[2], other):
            assert library.runs.open(run_id).result_hash
        assert library.runs.summary(ids[1]).cleaned
        assert library.runs.summary(ids[1]).total_return == sample_run().metrics["total_return"]
        with pytest.raises(NotInLibrary, match="Only the figures"):
            library.runs.open(ids[1])
        assert library.runs.variants_tried(sample_run().dataset) == 2
        library.runs.delete(other)
        assert library.clean_up().runs == 1
        assert not any(library.runs.remembered(one, "x") for one in ids)
        left = {hash_ for (hash_,) in sql(folder / "curves.db", "SELECT hash FROM columns")}
        needed = {hash_ for (hash_,) in sql(folder / "library.db", "SELECT DISTINCT hash FROM result_columns")}
        assert left == needed
        assert library.backups()[0].reason == "before-clean-up"


def test_many_threads_complete_runs_while_others_read_and_clean_up(library: Library) -> None:
    asked = request(library)
    failures: list[BaseException] = []

    def work() -> None:
        try:
            for _ in range(4):
                run_id = library.runs.begin(asked)
                library.runs.complete(run_id, sample_run(), {}, {})
                library.runs.open(run_id)
                library.runs.find()
        except BaseException as failure:
            failures.append(failure)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    library.clean_up()
    for thread in threads:
        thread.join()
    assert failures == []
    assert len(library.runs.find(RunFilter(states=("completed",)))) == 16


def test_figures_that_json_does_not_know_come_back(library: Library) -> None:
    run = replace(sample_run(), metrics={**sample_run().metrics, "profit_factor": float("inf"), "sharpe": 1})
    run_id = library.runs.begin(request(library))
    assert library.runs.complete(run_id, run, {}, {"rows": np.int64(3)})
    assert library.runs.open(run_id).metrics["profit_factor"] == float("inf")
    assert library.runs.summary(run_id).sharpe == 1
    assert json.loads(json.dumps(library.runs.overview(run_id).quality)) == {"rows": 3}


def test_a_run_of_nothing_saved_is_refused(library: Library) -> None:
    asked = replace(request(library), revision_id="nothing")
    with pytest.raises(NotInLibrary, match="any more"):
        library.runs.begin(asked)
    assert drawing() == library.strategies.read(request(library).revision_id)
