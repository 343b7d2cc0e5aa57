"""Runs: asked for, under way, ended, kept, and found again."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any

from sqlalchemy import Row, func, select
from sqlalchemy.engine import Connection

from app.data.library.curves import Curves
from app.data.library.database import Database
from app.data.library.failures import LibraryDamaged, LibraryNotWritten, NotInLibrary
from app.data.library.records import RunChoices, RunFilter, RunOverview, RunRequest, RunSummary
from app.data.library.results import (
    BARS,
    CURVES,
    bars_of,
    columns_of,
    content_of,
    figures_of,
    overview_of,
    packed_trades,
    run_of,
    seal,
)
from app.data.library.run_rows import SUMMARY, summary_of
from app.data.library.run_search import newest_of, query, repeated_by
from app.data.library.strategies import checked_strategy
from app.data.library.tables import findings, records, result_columns, results, runs
from app.engine.assumptions import Assumptions
from app.engine.completed import CompletedRun
from app.engine.result import Dataset
from app.market.candles import Candles
from app.market.timeframe import Timeframe
from app.strategy.revision import document_hash

UNDER_WAY = ("pending", "running")


class Runs:
    """The history of runs. `instance` names this start of the program, `clock` says the time in UTC ms."""

    def __init__(self, database: Database, curves: Curves, instance: str, clock: Callable[[], int]) -> None:
        self._database, self._curves, self._instance, self._clock = database, curves, instance, clock
        # Columns are on the disk a moment before a run says that it needs them.
        self.columns_lock = threading.Lock()

    def begin(self, request: RunRequest, again_of: int | None = None) -> int:
        """Return the number of a new run, which is pending. Raises NotInLibrary, LibraryNotWritten."""
        assumptions = request.assumptions

        def work(connection: Connection) -> int:
            revision = _revision(connection, request.revision_id)
            row = {
                "instance": self._instance,
                "strategy_id": request.strategy_id,
                "revision_id": revision.id,
                "strategy_name": revision.name,
                "symbol": revision.symbol,
                "exchange": revision.exchange,
                "timeframe": revision.timeframe,
                "logic_hash": revision.logic_hash,
                "state": "pending",
                "reason": "",
                "asked_ms": self._clock(),
                "asked_start_ms": request.start_ms,
                "asked_end_ms": request.end_ms,
                "asked_days": request.days,
                "start_ms": request.start_ms,
                "end_ms": request.end_ms,
                "capital": assumptions.capital,
                "fee_rate": assumptions.fee_rate,
                "slippage_rate": assumptions.slippage_rate,
                "fill_model": assumptions.fill_model,
                "sparkline": b"",
                "pinned": False,
                "note": "",
                "seen": False,
                "again_of": again_of,
                "deleted": False,
                "cleaned": False,
            }
            return int(connection.execute(runs.insert().returning(runs.c.id), row).scalar_one())

        return self._database.write(work)

    def running(self, run_id: int) -> bool:
        """Say that a pending run has started; return whether it was still pending."""
        return self._change(run_id, ("pending",), state="running", started_ms=self._clock())

    def withdraw(self, run_id: int) -> None:
        """Take back a run that is under way as if it had never been asked for: an equal one has the answer."""
        gone = runs.delete().where(runs.c.id == run_id, runs.c.state.in_(UNDER_WAY))
        self._database.write(lambda connection: connection.execute(gone) and None)

    def fail(self, run_id: int, reason: str) -> bool:
        """Say why a run could not be done; return whether it was still under way."""
        return self._change(run_id, UNDER_WAY, state="failed", reason=reason, finished_ms=self._clock())

    def cancel(self, run_id: int, reason: str) -> bool:
        """Say that a run was stopped on request; return whether it was still under way."""
        return self._change(run_id, UNDER_WAY, state="cancelled", reason=reason, finished_ms=self._clock(), seen=True)

    def complete(
        self,
        run_id: int,
        run: CompletedRun,
        libraries: Mapping[str, str],
        quality: Mapping[str, Any],
    ) -> bool:
        """Keep a result with its trades and say that the run is completed, at once; return whether it was under way.

        Raises LibraryNotWritten: the run is still under way then, and `fail` has room kept for it.
        """
        row = self._row(run_id)
        if row.state not in UNDER_WAY:
            return False
        with self.columns_lock:
            hashes = self._curves.store(columns_of(run))
            content, trades = content_of(run, hashes, libraries, quality), packed_trades(run)
            return self._database.write(
                lambda connection: self._complete(connection, run_id, run, content, trades, hashes), spare=False
            )

    def _complete(
        self,
        connection: Connection,
        run_id: int,
        run: CompletedRun,
        content: str,
        trades: bytes,
        hashes: Mapping[str, str],
    ) -> bool:
        row = connection.execute(select(runs).where(runs.c.id == run_id)).mappings().one()
        if row["state"] not in UNDER_WAY:
            return False
        if _revision(connection, row["revision_id"]).document_hash != document_hash(run.strategy):
            raise ValueError("This is the result of another version of the strategy.")
        change = {"state": "completed", "finished_ms": self._clock(), **figures_of(run)}
        connection.execute(runs.update().where(runs.c.id == run_id).values(change))
        # As it will be read again: a column of the table may hold a number in another form.
        stored = connection.execute(select(runs).where(runs.c.id == run_id)).mappings().one()
        values = {"run_id": run_id, "content": content, "trades": trades, "seal": seal(dict(stored), content)}
        connection.execute(results.insert(), values)
        own = [{"run_id": run_id, "name": name, "hash": hash_} for name, hash_ in hashes.items()]
        connection.execute(result_columns.insert(), own)
        return True

    def find(self, wanted: RunFilter | None = None) -> tuple[RunSummary, ...]:
        """Return the runs that a filter means; without one, all that are not deleted, newest first."""
        with self._database.read() as connection:
            rows = connection.execute(query(wanted or RunFilter())).all()
        return tuple(map(summary_of, rows))

    def numbers(self, wanted: RunFilter) -> tuple[int, ...]:
        """Return the numbers of the runs that a filter means, in its order: quick, however many there are."""
        with self._database.read() as connection:
            return tuple(connection.execute(query(wanted, [runs.c.id])).scalars())

    def summaries(self, run_ids: Collection[int]) -> dict[int, RunSummary]:
        """Return some runs by their numbers, without those that are not there any more."""
        with self._database.read() as connection:
            rows = connection.execute(select(*SUMMARY).where(runs.c.id.in_(run_ids))).all()
        return {summary.id: summary for summary in map(summary_of, rows)}

    def choices(self) -> RunChoices:
        """Return what there is to choose from among the runs that are not deleted."""
        with self._database.read() as connection:
            strategies = connection.execute(
                newest_of(runs.c.strategy_id, runs.c.strategy_name).group_by(runs.c.strategy_id)
            ).all()
            places = connection.execute(
                newest_of(runs.c.symbol, runs.c.exchange).group_by(runs.c.symbol, runs.c.exchange)
            ).all()
            lengths = connection.execute(newest_of(runs.c.timeframe).group_by(runs.c.timeframe)).scalars().all()
            span = connection.execute(
                select(func.min(runs.c.start_ms), func.max(runs.c.end_ms)).where(
                    runs.c.state == "completed", ~runs.c.deleted
                )
            ).one()
        return RunChoices(
            tuple((row[0], row[1]) for row in strategies),
            tuple((row[0], row[1]) for row in places),
            tuple(sorted(lengths, key=lambda text: Timeframe.parse(text).ms)),
            None if None in span else (span[0], span[1]),
        )

    def summary(self, run_id: int) -> RunSummary:
        """Return one run. Raises NotInLibrary."""
        with self._database.read() as connection:
            return summary_of(_found(connection.execute(select(*SUMMARY).where(runs.c.id == run_id)).first()))

    def request(self, run_id: int) -> RunRequest:
        """Return what a run asked for, to ask for it again. Raises NotInLibrary."""
        row = self._row(run_id)
        assumptions = Assumptions(row.capital, row.fee_rate, row.slippage_rate, row.fill_model)
        span = row.asked_start_ms, row.asked_end_ms, row.asked_days
        return RunRequest(row.strategy_id, row.revision_id, *span, assumptions)

    def overview(self, run_id: int) -> RunOverview:
        """Return a completed run without its long columns. Raises NotInLibrary, LibraryDamaged."""
        with self._database.read() as connection:
            run = _found(connection.execute(select(runs).where(runs.c.id == run_id)).first())
            summary = connection.execute(select(*SUMMARY).where(runs.c.id == run_id)).first()
            result = _result(connection, run_id)
            revision = _revision(connection, run.revision_id)
        with self._dropping_damaged(run_id):
            return overview_of(run, summary, result, checked_strategy(revision), self._curves)

    def open(self, run_id: int) -> CompletedRun:
        """Return a completed run exactly as it was. Raises NotInLibrary, LibraryDamaged."""
        return self.whole(self.overview(run_id))

    def whole(self, overview: RunOverview) -> CompletedRun:
        """Return the run of an overview, with its long columns. Raises NotInLibrary, LibraryDamaged."""
        run_id = overview.summary.id
        content = self._content(run_id)
        return run_of(overview, content, self._columns(run_id, content, (*BARS, *CURVES)))

    def bars(self, run_id: int) -> Candles:
        """Return the bars of a completed run. Raises NotInLibrary, LibraryDamaged."""
        content = self._content(run_id)
        return bars_of(content, self._columns(run_id, content, BARS))

    def same_bars(self, one: int, other: int) -> bool:
        """Say whether two completed runs have the same bars. Raises NotInLibrary, LibraryDamaged."""
        both = [self._content(run_id) for run_id in (one, other)]
        first, second = ((content["step_ms"], *(content["columns"][name] for name in BARS)) for content in both)
        return first == second

    def equity(self, run_id: int) -> tuple[Any, Any]:
        """Return when each bar of a completed run closed, in UTC ms, and the equity then.

        Raises NotInLibrary, LibraryDamaged.
        """
        content = self._content(run_id)
        columns = self._columns(run_id, content, ("time", "equity"))
        return columns["time"] + content["step_ms"], columns["equity"]

    def curve(self, run_id: int) -> tuple[Any, Any]:
        """Return equity and position at each bar of a completed run. Raises NotInLibrary, LibraryDamaged."""
        columns = self._columns(run_id, self._content(run_id), CURVES)
        return columns["equity"], columns["position"]

    def alike(self, request: RunRequest, engine_version: int) -> tuple[RunSummary, ...]:
        """Return the whole runs, newest first, that a request would repeat if it found the same candles.

        They are of the same strategy and had the same logic, instrument, settings and engine. Raises NotInLibrary.
        """
        with self._database.read() as connection:
            revision = _revision(connection, request.revision_id)
            rows = connection.execute(repeated_by(request, revision, engine_version)).all()
        return tuple(map(summary_of, rows))

    def intact(self, run_id: int) -> RunOverview | None:
        """Return a completed run without its long columns, None where anything of it is missing or damaged."""
        try:
            overview, hashes = self.overview(run_id), self._content(run_id)["columns"]
        except (NotInLibrary, LibraryDamaged):
            return None
        return overview if self._curves.has(hashes.values()) else None

    def variants_tried(self, dataset: Dataset) -> int:
        """Return how many different drawings were run on candles of the same market that overlap with these.

        Deleted runs count: they were tried.
        """
        tried = select(func.count(runs.c.logic_hash.distinct())).where(
            runs.c.symbol == dataset.symbol,
            runs.c.exchange == dataset.exchange,
            runs.c.state == "completed",
            runs.c.dataset_first_ms < dataset.end,
            runs.c.dataset_end_ms > dataset.first,
        )
        with self._database.read() as connection:
            return int(connection.execute(tried).scalar_one())

    def pin(self, *run_ids: int, pinned: bool = True) -> None:
        """Pin runs, or take the pins off: a clean-up leaves pinned ones alone. Raises NotInLibrary."""
        self._mark(*run_ids, pinned=pinned)

    def note(self, run_id: int, note: str) -> None:
        """Write a note on a run. Raises NotInLibrary."""
        self._mark(run_id, note=note.encode(errors="replace").decode())

    def mark_seen(self, run_id: int) -> None:
        """Say that somebody looked at a run. Raises NotInLibrary."""
        self._mark(run_id, seen=True)

    def delete(self, *run_ids: int) -> None:
        """Take runs off the lists, all at once, until they are restored or cleaned up. Raises NotInLibrary."""
        self._mark(*run_ids, deleted=True)

    def restore_deleted(self, *run_ids: int) -> None:
        """Put deleted runs back on the lists. Raises NotInLibrary."""
        self._mark(*run_ids, deleted=False)

    def remember(self, run_id: int, name: str, finding: Mapping[str, Any]) -> None:
        """Keep what was found out about a run, in place of what was kept under that name. Raises NotInLibrary."""
        text = json.dumps(dict(finding), ensure_ascii=False)

        def work(connection: Connection) -> None:
            _result(connection, run_id)
            connection.execute(findings.delete().where(findings.c.run_id == run_id, findings.c.name == name))
            connection.execute(findings.insert(), {"run_id": run_id, "name": name, "content": text})

        self._database.write(work)

    def remembered(self, run_id: int, name: str) -> dict[str, Any] | None:
        """Return what was found out about a run under a name, or None."""
        wanted = select(findings.c.content).where(findings.c.run_id == run_id, findings.c.name == name)
        with self._database.read() as connection:
            text = connection.execute(wanted).scalar()
        return None if text is None else dict(json.loads(text))

    def _mark(self, *run_ids: int, **values: Any) -> None:
        change = runs.update().where(runs.c.id.in_(run_ids)).values(**values)
        if self._database.write(lambda connection: connection.execute(change).rowcount) == 0:
            _found(None)

    def _change(self, run_id: int, states: tuple[str, ...], **values: Any) -> bool:
        change = runs.update().where(runs.c.id == run_id, runs.c.state.in_(states)).values(**values)
        if self._database.write(lambda connection: connection.execute(change).rowcount):
            return True
        self._row(run_id)
        return False

    def _row(self, run_id: int) -> Row[Any]:
        with self._database.read() as connection:
            return _found(connection.execute(select(runs).where(runs.c.id == run_id)).first())

    def _content(self, run_id: int) -> dict[str, Any]:
        with self._database.read() as connection:
            text = _result(connection, run_id).content
        try:
            return dict(json.loads(text))
        except ValueError:
            raise LibraryDamaged("The record of this run is damaged. Run it again to have it back.") from None

    def _columns(self, run_id: int, content: Mapping[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
        with self._dropping_damaged(run_id):
            return self._curves.read({name: content["columns"][name] for name in names})

    @contextmanager
    def _dropping_damaged(self, run_id: int) -> Iterator[None]:
        """Let a run that is made again bring back the columns of one that is found to be damaged."""
        try:
            yield
        except LibraryDamaged:
            own = select(result_columns.c.hash).where(result_columns.c.run_id == run_id)
            with self._database.read() as connection:
                hashes = connection.execute(own).scalars().all()
            with suppress(LibraryNotWritten), self.columns_lock:
                self._curves.drop_damaged(hashes)
            raise


def _found(row: Row[Any] | None) -> Row[Any]:
    if row is None:
        raise NotInLibrary("This run is not in the history.")
    return row


def _result(connection: Connection, run_id: int) -> Row[Any]:
    row = connection.execute(select(results).where(results.c.run_id == run_id)).first()
    if row is None:
        state = _found(connection.execute(select(runs.c.state).where(runs.c.id == run_id)).first())[0]
        if state == "completed":
            raise NotInLibrary("Only the figures of this run are left: it was cleaned up. Run it again to see more.")
        raise NotInLibrary(f"This run has no result: it is {state}.")
    return row


def _revision(connection: Connection, revision_id: str) -> Row[Any]:
    row = connection.execute(select(records).where(records.c.id == revision_id, records.c.kind == "revision")).first()
    if row is None:
        raise NotInLibrary("This version is not among the saved ones any more.")
    return row
