"""Damage is noticed, nothing that can be read is lost, and what could not be read is kept."""

from __future__ import annotations

import random
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.library import DAY, NOON, Clock, drawing, opened, sql
from support.library_runs import kept, request, sample_run

from app.data.library.backups import DAILY, MONTHLY, WEEKLY, Backups, folder_of_backups
from app.data.library.backups import kept as kept_backups
from app.data.library.failures import LibraryDamaged
from app.data.library.library import Library
from app.data.library.records import RunFilter


def flip(path: Path, find: bytes, bit: int = 0) -> None:
    """Turn one bit over wherever these bytes stand in a closed file."""
    data = bytearray(path.read_bytes())
    at = data.find(find)
    assert at >= 0
    while at >= 0:
        data[at] ^= 1 << bit
        at = data.find(find, at + 1)
    path.write_bytes(data)


def put_aside(folder: Path) -> list[Path]:
    return sorted(folder.glob("library.db.corrupt-*"))


def test_a_changed_bit_in_a_saved_drawing_is_found_and_a_backup_heals_it(folder: Path) -> None:
    clock = Clock()
    with opened(folder, clock) as library:
        first = library.strategies.save(drawing("Unique one"))
        second = library.strategies.save(drawing("Other", 1))
        assert library.back_up_if_due() is not None
        third = library.strategies.save(drawing("After", 2))
    flip(folder / "library.db", b'"name":"Unique one"', 0)
    with opened(folder, clock) as library:
        assert "damaged" in (library.notice or "")
        assert "start it again" not in (library.notice or "")
        assert "3 saved versions of strategies are there, 1 of them from the backup" in (library.notice or "")
        assert library.strategies.read(first.id) == drawing("Unique one")
        assert library.strategies.read(second.id) == drawing("Other", 1)
        assert library.strategies.revisions(third.strategy_id) == (third,)
    assert len(put_aside(folder)) == 1
    assert b'#name":"Unique one"' in put_aside(folder)[0].read_bytes()
    with opened(folder, clock) as library:
        assert library.notice is None
        assert len(library.strategies.all()) == 3


def test_without_a_backup_the_rest_is_saved_and_the_loss_is_said(folder: Path) -> None:
    with opened(folder) as library:
        first = library.strategies.save(drawing("Unique one"))
        second = library.strategies.save(drawing("Other", 1))
        library.drafts.write(None, drawing("Half done"))
        run_id = kept(library, "Other", 1)
        library.runs.note(run_id, "keep me")
        library.runs.remember(run_id, "look_ahead", {"outcome": "clear"})
        deleted = library.strategies.save(drawing("Gone", 2))
        library.strategies.delete(deleted.strategy_id)
    flip(folder / "library.db", b'"name":"Unique one"')
    with opened(folder) as library:
        assert "no backup was found" not in (library.notice or "")
        assert "The damaged file was kept as library.db.corrupt-" in (library.notice or "")
        assert [saved.id for saved in library.strategies.all()] == [second.strategy_id]
        assert [saved.id for saved in library.strategies.all(deleted=True)] == [deleted.strategy_id]
        assert first.strategy_id not in {saved.id for saved in library.strategies.all(deleted=True)}
        draft = library.drafts.read()
        assert draft is not None
        assert draft.strategy.name == "Half done"
        assert library.runs.open(run_id).result_hash == sample_run("Other", 1).result_hash
        assert library.runs.summary(run_id).note == "keep me"
        assert library.runs.remembered(run_id, "look_ahead") == {"outcome": "clear"}


def test_a_damaged_result_is_taken_from_the_backup_or_said_to_be_lost(folder: Path) -> None:
    clock = Clock()
    with opened(folder, clock) as library:
        older = kept(library)
        library.back_up_if_due()
        newer = kept(library)
        library.strategies.save(drawing("Unique one", 1))
    sql(folder / "library.db", "UPDATE results SET trades = x'00'")
    flip(folder / "library.db", b'"name":"Unique one"')
    with opened(folder, clock) as library:
        assert library.runs.open(older).result_hash == sample_run().result_hash
        summary = library.runs.summary(newer)
        assert (summary.state, summary.reason) == ("failed", "The record of this run was damaged. Run it again.")


def test_rubbish_without_a_backup_is_put_aside_and_said(folder: Path) -> None:
    opened(folder).close()
    rubbish = random.Random(1).randbytes(50_000)
    (folder / "library.db").write_bytes(rubbish)
    with opened(folder) as library:
        assert (library.notice or "").startswith("library.db is damaged. 0 saved versions")
        assert "no backup was found" in (library.notice or "")
        assert library.strategies.all() == ()
        library.strategies.save(drawing())
    assert put_aside(folder)[0].read_bytes() == rubbish


def test_a_folder_in_its_place_is_put_aside_with_all_that_is_in_it(folder: Path) -> None:
    (folder / "library.db" / "mine").mkdir(parents=True)
    with opened(folder) as library:
        assert (library.notice or "").startswith("library.db is a folder. 0 saved versions")
        assert "The folder was kept as" in (library.notice or "")
        assert library.strategies.all() == ()
        library.strategies.save(drawing("New"))
    (aside,) = put_aside(folder)
    assert [path.name for path in aside.iterdir()] == ["mine"]
    with opened(folder) as library:
        assert library.notice is None


def test_a_library_that_went_missing_comes_back_from_its_backup(folder: Path) -> None:
    clock = Clock()
    with opened(folder, clock) as library:
        revision = library.strategies.save(drawing())
        library.back_up_if_due()
    (folder / "library.db").unlink()
    with opened(folder, clock) as library:
        assert "missing" in (library.notice or "")
        assert library.strategies.read(revision.id) == drawing()


@pytest.mark.parametrize("empty", [True, False])
def test_a_library_that_is_gone_or_empty_is_never_begun_anew_in_silence(folder: Path, empty: bool) -> None:
    opened(folder).close()
    (folder / "library.db").write_bytes(b"") if empty else (folder / "library.db").unlink()
    with opened(folder) as library:
        assert "library.db is missing" in (library.notice or "")


def test_a_damaged_backup_is_passed_over_for_an_older_one(folder: Path) -> None:
    clock = Clock()
    with opened(folder, clock) as library:
        revision = library.strategies.save(drawing())
        library.back_up_if_due()
        clock.now += 2 * DAY
        library.back_up_if_due()
        newest = Path(library.backups()[0].path)
    newest.write_bytes(newest.read_bytes()[:5_000])
    (folder / "library.db").write_bytes(b"nothing")
    with opened(folder, clock) as library:
        assert library.strategies.read(revision.id) == drawing()


def test_pages_of_rubbish_cost_only_what_was_on_them(folder: Path) -> None:
    with opened(folder) as library:
        revisions = [library.strategies.save(drawing(f"Strategy {number}", number % 10)) for number in range(40)]
    path = folder / "library.db"
    data = bytearray(path.read_bytes())
    middle = data.find(b'"name":"Strategy 20"') // 4096 * 4096
    data[middle : middle + 4096] = random.Random(2).randbytes(4096)
    path.write_bytes(data)
    started = time.monotonic()
    with opened(folder) as library:
        assert library.notice is not None
        saved = {one.id for one in library.strategies.all()}
        for revision in revisions:
            if revision.strategy_id in saved:
                assert library.strategies.read(revision.id).name == revision.name
        assert 25 <= len(saved) < 40
    assert time.monotonic() - started < 5.0


def test_single_bits_anywhere_never_show_another_drawing(folder: Path, tmp_path: Path) -> None:
    with opened(folder) as library:
        revisions = [library.strategies.save(drawing(f"Strategy {number}", number)) for number in range(5)]
    path, chance = folder / "library.db", random.Random(3)
    whole = path.read_bytes()
    for round_ in range(40):
        data = bytearray(whole)
        data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
        place = tmp_path / f"round {round_}"
        place.mkdir()
        (place / "library.db").write_bytes(data)
        with opened(place) as library:
            there = {one.id: one for one in library.strategies.all()}
            if library.notice is None:
                assert len(there) == 5
            for number, revision in enumerate(revisions):
                if revision.strategy_id in there:
                    assert library.strategies.read(revision.id) == drawing(f"Strategy {number}", number)


def test_damaged_curves_cost_no_figures_and_no_trades(folder: Path) -> None:
    with opened(folder) as library:
        run_id = kept(library)
        revision = library.strategies.revisions(request(library).strategy_id)[0]
    (folder / "curves.db").write_bytes(b"nothing like a database" * 1_000)
    with opened(folder) as library:
        assert "curves of earlier runs" in (library.notice or "")
        assert library.strategies.read(revision.id) == drawing()
        assert library.runs.summary(run_id).total_return == sample_run().metrics["total_return"]
        again = kept(library)
        assert library.runs.open(again).result_hash == sample_run().result_hash
        assert library.runs.open(run_id).result_hash == sample_run().result_hash, "equal curves are back for both"
    assert len(list(folder.glob("curves.db.corrupt-*"))) == 1


def test_going_back_to_a_backup_can_be_taken_back(folder: Path) -> None:
    clock = Clock()
    with opened(folder, clock) as library:
        library.strategies.save(drawing("Old"))
        backup = library.back_up_if_due()
        assert backup is not None
        library.strategies.save(drawing("New", 1))
    with Library.go_back(folder, backup, clock=clock) as library:
        assert [saved.name for saved in library.strategies.all()] == ["Old"]
        before = library.backups()[0]
        assert before.reason == "before-going-back"
    with Library.go_back(folder, before, clock=clock) as library:
        assert {saved.name for saved in library.strategies.all()} == {"Old", "New"}
    Path(backup.path).write_bytes(Path(backup.path).read_bytes()[:9_000])
    with pytest.raises(LibraryDamaged):
        Library.go_back(folder, backup, clock=clock)
    with opened(folder, clock) as library:
        assert len(library.strategies.all()) == 2


def test_there_is_one_backup_a_day_outside_the_folder(folder: Path) -> None:
    clock = Clock()
    with opened(folder, clock) as library:
        library.strategies.save(drawing())
        assert library.back_up_if_due() is not None
        assert library.back_up_if_due() is None
        clock.now += DAY
        assert library.back_up_if_due() is not None
        clock.now -= 400 * DAY
        assert library.back_up_if_due() is not None, "the clock was put back"
        assert len(library.backups()) == 3
    assert {Path(backup.path).parent for backup in library.backups()} == {folder_of_backups(folder)}
    assert folder_of_backups(folder).parent == folder.parent
    assert not list(folder_of_backups(folder).glob("*.part*"))


def test_a_year_of_days_keeps_days_weeks_and_months(folder: Path) -> None:
    stays = kept_backups(NOON - day * DAY for day in range(365))
    ages = sorted((NOON - moment) // DAY for moment in stays)
    assert ages[:DAILY] == list(range(DAILY))
    assert DAILY + WEEKLY <= len(stays) <= DAILY + WEEKLY + MONTHLY
    assert 220 < ages[-1] < 300


@given(ages=st.lists(st.integers(-400 * DAY, 4_000 * DAY), max_size=60), more=st.integers(-400 * DAY, 4_000 * DAY))
def test_thinning_keeps_the_newest_and_few_and_does_so_once(ages: list[int], more: int) -> None:
    moments = {NOON - age for age in ages}
    stays = kept_backups(moments)
    assert stays <= moments
    assert len(stays) <= DAILY + WEEKLY + MONTHLY
    assert kept_backups(stays) == stays
    if moments:
        assert max(moments) in stays


def test_backups_are_thinned_as_they_are_made(folder: Path) -> None:
    clock = Clock()
    with opened(folder, clock) as library:
        for _ in range(40):
            clock.now += DAY
            library.back_up_if_due()
        count = len(library.backups())
    assert DAILY < count <= DAILY + WEEKLY + MONTHLY
    assert Backups(folder_of_backups(folder)).bytes() == sum(backup.size for backup in library.backups())


def test_history_survives_damage_elsewhere(folder: Path) -> None:
    with opened(folder) as library:
        kept(library)
        unfinished = library.runs.begin(request(library))
        library.strategies.save(drawing("Unique one", 1))
    flip(folder / "library.db", b'"name":"Unique one"')
    with opened(folder) as library:
        states = {run.id: run.state for run in library.runs.find(RunFilter())}
        assert states == {1: "completed", unfinished: "failed"}
        assert library.runs.begin(request(library)) == unfinished + 1
