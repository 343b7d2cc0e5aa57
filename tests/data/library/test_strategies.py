"""Strategies, their versions, and what deleting and restoring does."""

from __future__ import annotations

import hashlib
import threading
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.library import NOON, drawing, opened, sql

from app.data.library.failures import LibraryDamaged, NotInLibrary
from app.data.library.library import Library
from app.data.library.record_ids import record_id
from app.errors import StrategyInvalid
from app.strategy.document import Block
from app.strategy.revision import logic_hash


def test_what_is_saved_is_read_again_after_a_restart(folder: Path) -> None:
    strategy = drawing()
    with opened(folder) as library:
        revision = library.strategies.save(strategy, note="as I like it")
    with opened(folder) as library:
        assert library.notice is None
        assert library.strategies.read(revision.id) == strategy
        assert library.strategies.revisions(revision.strategy_id) == (revision,)
    assert (revision.number, revision.note, revision.name, revision.parent) == (1, "as I like it", "First", None)
    assert revision.logic_hash == logic_hash(strategy)
    assert NOON < revision.saved_ms < NOON + 10_000


def test_saving_again_without_a_change_adds_nothing(library: Library) -> None:
    first = library.strategies.save(drawing())
    assert library.strategies.save(drawing(), first.strategy_id, note="again") == first
    assert library.strategies.all()[0].revisions == 1


def test_each_change_is_a_version_with_the_one_before_as_its_parent(library: Library) -> None:
    first = library.strategies.save(drawing("One"))
    second = library.strategies.save(drawing("Two"), first.strategy_id)
    third = library.strategies.save(drawing("Three"), first.strategy_id)
    assert library.strategies.revisions(first.strategy_id) == (third, second, first)
    assert [one.number for one in (first, second, third)] == [1, 2, 3]
    assert (second.parent, third.parent) == (first.id, second.id)
    assert library.strategies.read(first.id).name == "One"


def test_restoring_an_old_version_adds_one_equal_to_it(library: Library) -> None:
    first = library.strategies.save(drawing("One"))
    library.strategies.save(drawing("Two"), first.strategy_id)
    restored = library.strategies.restore(first.id)
    assert (restored.number, restored.note) == (3, "As version 1")
    assert restored.id != first.id
    assert library.strategies.read(restored.id) == library.strategies.read(first.id)


def test_the_list_says_what_the_newest_version_says_last_saved_first(library: Library) -> None:
    one = library.strategies.save(drawing("One", 0))
    two = library.strategies.save(drawing("Two", 1))
    again = library.strategies.save(drawing("One more", 2), one.strategy_id)
    first, second = library.strategies.all()
    assert (first.id, first.name, first.revisions, first.head) == (one.strategy_id, "One more", 2, again.id)
    assert (first.created_ms, first.saved_ms) == (one.saved_ms, again.saved_ms)
    assert (second.name, second.blocks) == ("Two", len(drawing("Two", 1).blocks))
    assert (second.id, second.last_run, second.unseen) == (two.strategy_id, None, False)


def test_a_renamed_strategy_differs_in_its_name_alone(library: Library) -> None:
    first = library.strategies.save(drawing("Old"))
    renamed = library.strategies.rename(first.strategy_id, "New")
    assert library.strategies.read(renamed.id) == drawing("New")
    assert renamed.logic_hash == first.logic_hash


def test_copies_get_names_that_are_free(library: Library) -> None:
    first = library.strategies.save(drawing("Dip"))
    copies = [library.strategies.duplicate(first.strategy_id) for _ in range(3)]
    assert [copy.name for copy in copies] == ["Dip (copy)", "Dip (copy 2)", "Dip (copy 3)"]
    assert len({first.strategy_id, *(copy.strategy_id for copy in copies)}) == 4
    assert all(copy.number == 1 for copy in copies)


def test_a_deleted_strategy_is_off_the_list_and_comes_back_as_it_was(library: Library) -> None:
    first = library.strategies.save(drawing("One"))
    library.strategies.save(drawing("Two"), first.strategy_id)
    before = library.strategies.all()
    library.strategies.delete(first.strategy_id)
    library.strategies.delete(first.strategy_id)
    assert library.strategies.all() == ()
    assert [saved.name for saved in library.strategies.all(deleted=True)] == ["Two"]
    assert library.strategies.read(first.id).name == "One"
    library.strategies.restore_deleted(first.strategy_id)
    assert library.strategies.all() == before
    assert library.strategies.all(deleted=True) == ()


def test_saving_a_deleted_strategy_brings_it_back(library: Library) -> None:
    first = library.strategies.save(drawing())
    library.strategies.delete(first.strategy_id)
    again = library.strategies.save(drawing(), first.strategy_id)
    assert again.number == 2
    assert again.parent != first.id, "the record of deleting it is what this version follows"
    assert [saved.head for saved in library.strategies.all()] == [again.id]


def test_saving_under_an_id_that_is_gone_loses_nothing(library: Library) -> None:
    revision = library.strategies.save(drawing(), "3b241101-e2bb-4255-8caf-4136c566a962")
    assert library.strategies.all()[0].id == revision.strategy_id == "3b241101-e2bb-4255-8caf-4136c566a962"


def test_what_is_not_there_is_said_in_a_sentence(library: Library) -> None:
    for ask in (
        library.strategies.read,
        library.strategies.revisions,
        library.strategies.delete,
        library.strategies.restore_deleted,
        library.strategies.duplicate,
        library.strategies.restore,
    ):
        with pytest.raises(NotInLibrary, match="any more"):
            ask("nothing")


def test_a_drawing_that_could_not_be_opened_again_is_not_saved(library: Library) -> None:
    strategy = drawing()
    twice = replace(strategy, blocks=(*strategy.blocks, Block(strategy.blocks[0].id, "rsi")))
    with pytest.raises(StrategyInvalid):
        library.strategies.save(twice)
    assert library.strategies.all() == ()


@pytest.mark.parametrize(
    ("column", "value"),
    [("note", "other"), ("device", "other"), ("at_ms", 5), ("parents", '["x"]'), ("strategy", "other"), ("schema", 1)],
)
def test_a_version_that_was_changed_behind_the_back_is_not_shown(folder: Path, column: str, value: object) -> None:
    with opened(folder) as library:
        revision = library.strategies.save(drawing(), note="own")
        sql(folder / "library.db", f"UPDATE records SET {column} = ?", value)
        with pytest.raises(LibraryDamaged, match="Version 1 of “First” is damaged"):
            library.strategies.read(revision.id)


def test_the_name_of_a_record_is_made_of_its_fields_with_their_lengths() -> None:
    name = record_id(
        strategy="s", kind="revision", schema=2, parents=["p", "q"], device="d", at_ms=1_500, note="é", payload=b"{}"
    )
    digest = hashlib.sha256(b"blockbuilders record 1")
    for field in (b"s", b"revision", b"2", b"2", b"p", b"q", b"d", b"1970-01-01T00:00:01.500Z", "é".encode(), b"{}"):
        digest.update(len(field).to_bytes(8, "big") + field)
    assert name == digest.hexdigest()


def test_many_threads_save_without_losing_a_version(library: Library) -> None:
    first = library.strategies.save(drawing("0"))

    def save(thread: int) -> None:
        for step in range(5):
            library.strategies.save(drawing(f"{thread} {step}"), first.strategy_id)
            library.strategies.all()

    threads = [threading.Thread(target=save, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    revisions = library.strategies.revisions(first.strategy_id)
    assert [revision.number for revision in revisions] == list(range(21, 0, -1))
    assert [revision.parent for revision in revisions] == [revision.id for revision in revisions[1:]] + [None]


@settings(max_examples=25)
@given(name=st.text(min_size=1, max_size=40), note=st.text(max_size=80))
def test_any_text_comes_back_as_it_was(tmp_path_factory: pytest.TempPathFactory, name: str, note: str) -> None:
    with opened(tmp_path_factory.mktemp("library") / "data") as library:
        strategy = drawing(name)
        try:
            revision = library.strategies.save(strategy, note=note)
        except StrategyInvalid:
            return
        assert library.strategies.read(revision.id) == strategy
        assert library.strategies.revisions(revision.strategy_id)[0].note == note


def test_a_draft_is_there_after_a_restart_until_it_is_forgotten(folder: Path) -> None:
    with opened(folder) as library:
        assert library.drafts.read() is None
        library.drafts.write(None, drawing("never saved"))
        library.drafts.write("some", drawing("half done"))
        library.drafts.write("some", drawing("more done"))
    with opened(folder) as library:
        draft = library.drafts.read()
        assert draft is not None
        assert (draft.strategy_id, draft.strategy) == ("some", drawing("more done"))
        library.drafts.forget_one("some")
        draft = library.drafts.read()
        assert draft is not None
        assert (draft.strategy_id, draft.strategy.name) == (None, "never saved")
        library.drafts.forget()
        assert library.drafts.read() is None


def test_a_damaged_draft_is_passed_over(folder: Path) -> None:
    with opened(folder) as library:
        library.drafts.write("one", drawing("older"))
        library.drafts.write("two", drawing("newer"))
        sql(folder / "library.db", "UPDATE drafts SET payload = CAST(replace(payload, 'newer', 'other') AS BLOB)")
        draft = library.drafts.read()
        assert draft is not None
        assert draft.strategy.name == "older"
