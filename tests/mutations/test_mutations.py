"""Every mistake built into the engine on purpose is caught by the tests of the rule it breaks."""

from __future__ import annotations

import pytest
from mutations.mutants import MUTANTS, Mutant
from mutations.run import in_processes, places, try_all


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.mistake)
def test_the_text_to_be_broken_stands_in_its_file_exactly_once(mutant: Mutant):
    assert places(mutant) == 1, f"tests/mutations/mutants.py no longer fits app/{mutant.file}; update its `old` text"


@pytest.mark.timeout(300)
def test_without_a_mistake_the_tests_pass():
    ((outcome, text),) = in_processes([(None, sorted({mutant.tests for mutant in MUTANTS}))])
    assert outcome == "survived", text


@pytest.mark.timeout(600)
def test_every_mistake_is_caught():
    assert len(MUTANTS) >= 30
    missed = [f"{outcome}: {mutant.mistake}" for mutant, outcome, _ in try_all(MUTANTS) if outcome != "caught"]
    assert not missed, "\n".join(missed)
