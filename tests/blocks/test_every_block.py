"""What every kind of block in the catalog has to do, asked of each in turn."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import string
import sys
from collections.abc import Iterable

import numpy as np
import pytest
from support.block_feed import NAMES, Feed, feed, hostile, own_params, run, same, settings, straight, unknown, wandering

import app.blocks
from app import compiled
from app.blocks import catalog
from app.blocks.kind import BlockKind, Output
from app.market.candles import Candles

BARS = 400
GROUPS = ("Inputs", "Indicators", "Maths", "Comparison", "Logic", "Orders", "Risk")


def each(kinds: Iterable[BlockKind]) -> pytest.MarkDecorator:
    """Return the mark that asks a test of each of these kinds."""
    return pytest.mark.parametrize("kind", list(kinds), ids=lambda kind: kind.id)


COMPUTING = [kind for kind in catalog.KINDS if kind.compute]
every_kind = each(catalog.KINDS)
every_computing_kind = each(COMPUTING)


# The definition


def test_the_catalog_lists_every_block_file_once() -> None:
    found = set()
    for room in pkgutil.iter_modules(app.blocks.__path__):
        if room.ispkg:
            package = importlib.import_module(f"app.blocks.{room.name}")
            for file in pkgutil.iter_modules(package.__path__):
                module = importlib.import_module(f"app.blocks.{room.name}.{file.name}")
                if hasattr(module, "KIND"):
                    assert (module.KIND.id, module.KIND.group.lower()) == (file.name, room.name)
                    found.add(file.name)
    ids = [kind.id for kind in catalog.KINDS]
    assert set(ids) == found
    assert len(ids) == len(found)


def test_the_palette_goes_group_by_group() -> None:
    order = [GROUPS.index(kind.group) for kind in catalog.KINDS]
    assert order == sorted(order)


def test_titles_and_ids_old_and_new_are_unique() -> None:
    titles = [kind.title.casefold() for kind in catalog.KINDS]
    names = [name for kind in catalog.KINDS for name in (kind.id, *kind.former_ids)]
    assert len(titles) == len(set(titles))
    assert len(names) == len(set(names))


@every_kind
def test_a_kind_is_found_by_its_id_and_by_former_ones(kind: BlockKind) -> None:
    assert all(catalog.kind(name) is kind for name in (kind.id, *kind.former_ids))


def test_a_kind_can_stand_in_a_set() -> None:
    assert len(set(catalog.KINDS)) == len(catalog.KINDS)


def test_an_unknown_id_finds_nothing() -> None:
    assert catalog.kind("rsl") is None


@every_kind
def test_names_are_identifiers_and_unique(kind: BlockKind) -> None:
    inputs, outputs, params = ([port.name for port in ports] for ports in (kind.inputs, kind.outputs, kind.params))
    for names in ([kind.id], outputs, inputs + params):
        assert len(names) == len(set(names))
        assert all(name.isidentifier() and name == name.lower() for name in names)


@every_kind
def test_help_is_whole_sentences(kind: BlockKind) -> None:
    assert kind.about.endswith(".")
    assert kind.about[0].isupper()
    assert len(kind.about) <= 200
    assert kind.title
    assert kind.also


@every_kind
def test_defaults_and_both_ends_of_a_param_are_valid_and_what_lies_beyond_is_not(kind: BlockKind) -> None:
    for param in kind.params:
        assert param.flaw(param.default) is None
        assert type(kind.defaults()[param.name]) is type(param.default)
        if param.type == "choice":
            assert param.flaw("no such choice")
            assert len(set(param.options)) == len(param.options) > 1
        else:
            assert param.low < param.high
            assert not any(map(param.flaw, (_typed(param.low, param.type), _typed(param.high, param.type))))
            assert param.flaw(_typed(param.low - 1, param.type))
            assert param.flaw(_typed(param.high * 2, param.type))


def _typed(value: float, param_type: str) -> float:
    return int(value) if param_type == "whole" else value


@every_kind
def test_a_param_for_one_mode_names_a_mode_there_is(kind: BlockKind) -> None:
    for param in kind.params:
        if param.when:
            mode = kind.param(param.when[0])
            assert mode is not None
            assert param.when[1] in mode.options


@every_kind
def test_an_input_left_open_takes_something_that_exists(kind: BlockKind) -> None:
    for port in kind.inputs:
        assert port.market in ("", *NAMES)
        param = kind.param(port.param)
        assert param is None or param.type == "number"
        assert bool(param) == bool(port.param)
    assert all(name in NAMES for name in kind.market)


@every_kind
def test_a_block_either_computes_something_or_has_a_role(kind: BlockKind) -> None:
    assert (kind.compute is None) == (kind.role != "") == (not kind.outputs) == (kind.group in ("Orders", "Risk"))
    assert kind.role in ("", kind.id)


@every_computing_kind
def test_compute_is_called_with_market_columns_inputs_and_params_by_name(kind: BlockKind) -> None:
    assert kind.compute is not None
    own = [param.name for param in kind.params if param.name not in {port.param for port in kind.inputs}]
    assert list(inspect.signature(kind.compute).parameters) == [*kind.market, *(p.name for p in kind.inputs), *own]


@every_kind
def test_every_phrase_renders_in_every_mode(kind: BlockKind) -> None:
    known = {param.name for param in kind.params} | {port.name for port in kind.inputs}
    for params in settings(kind):
        phrases = [kind.phrase_of(port.name, params) for port in kind.outputs] or [kind.phrase_of("", params)]
        assert len(phrases) == len(set(phrases))
        for phrase in phrases:
            names = {name for _, name, _, _ in string.Formatter().parse(phrase) if name is not None}
            assert names <= known
            assert {port.name for port in kind.inputs if not port.optional} <= names
            text = phrase.format_map({name: f"<{name}>" for name in known})
            assert text.strip() == text != ""
            assert not text.endswith(".")


@each(kind for kind in catalog.KINDS if any(param.when for param in kind.params))
def test_a_phrase_shows_the_params_of_its_mode_alone(kind: BlockKind) -> None:
    for params in settings(kind):
        phrase = kind.phrase_of("", params)
        for param in kind.params:
            if param.when:
                assert ("{" + param.name + "}" in phrase) == (params[param.when[0]] == param.when[1])


@every_kind
def test_settling_takes_at_least_the_warm_up(kind: BlockKind) -> None:
    for params in settings(kind):
        settling = kind.settles(**params)
        assert isinstance(settling, int)
        assert all(0 <= kind.warmup_of(port, params) <= max(settling, kind.settles_ms) for port in kind.outputs)


# The values


def whole_answer(kind: BlockKind, given: Feed, params: dict) -> dict[str, np.ndarray]:
    """Return what the kind computes, having looked at what can be said of any answer whatever."""
    copies = [array.copy() for array in given.arrays()]
    count = len(copies[0])
    answer = run(kind, given, params)
    assert all(same(before, after) for before, after in zip(copies, given.arrays(), strict=True))
    for port in kind.outputs:
        values = answer[port.name]
        assert values.shape == (count,)
        assert values.dtype == (np.int8 if port.type == "signal" else np.float64)
        assert values.flags.c_contiguous
        assert values.flags.writeable
        _keeps_to_its_range(port, values)
    return answer


def _keeps_to_its_range(port: Output, values: np.ndarray) -> None:
    if port.type == "signal":
        assert set(values.tolist()) <= {-1, 0, 1}
        return
    known = values[~np.isnan(values)]
    assert np.isfinite(known).all()
    assert port.low is None or (known >= port.low).all()
    assert port.high is None or (known <= port.high).all()


@every_computing_kind
def test_values_are_unknown_for_exactly_the_stated_warm_up(kind: BlockKind) -> None:
    _warms_up(kind, feed(kind, wandering(BARS)), 0)


@each(kind for kind in COMPUTING if any(port.param for port in kind.inputs))
def test_a_typed_number_stands_for_every_bar(kind: BlockKind) -> None:
    given = feed(kind, wandering(BARS))
    typed = {port.name: np.array([float(10 * at)]) for at, port in enumerate(kind.inputs) if port.param}
    columns = {name: np.full(BARS, value[0]) for name, value in typed.items()}
    expected = run(kind, Feed(given.market, {**given.inputs, **columns}), kind.defaults())
    answer = run(kind, Feed(given.market, {**given.inputs, **typed}), kind.defaults())
    assert all(same(answer[name], values) for name, values in expected.items())


@each(kind for kind in COMPUTING if kind.inputs)
def test_the_warm_up_begins_where_that_of_the_inputs_ends(kind: BlockKind) -> None:
    _warms_up(kind, feed(kind, wandering(BARS)).unknown(0, 7, market=()), 7)


def _warms_up(kind: BlockKind, given: Feed, already: int) -> None:
    for params in settings(kind):
        answer = whole_answer(kind, given, params)
        for port in kind.outputs:
            warmup = kind.warmup_of(port, params) + already
            lacking = unknown(port, answer[port.name])
            assert lacking[:warmup].all()
            if not kind.warmup_is_least:
                assert not lacking[warmup:].any()


@each(kind for kind in COMPUTING if kind.warmup_is_least)
def test_what_may_stay_unknown_for_longer_is_known_in_the_end(kind: BlockKind) -> None:
    answer = run(kind, feed(kind, wandering(BARS)), kind.defaults())
    for port in kind.outputs:
        assert not unknown(port, answer[port.name])[50:].any()


@every_computing_kind
@pytest.mark.parametrize("seed", range(3))
def test_a_prefix_of_the_data_gives_a_prefix_of_the_answer(kind: BlockKind, seed: int) -> None:
    given = hostile(kind, 150, seed) if seed else feed(kind, wandering(150))
    for params in settings(kind):
        answer = whole_answer(kind, given, params)
        for cut in (*range(0, 40, 3), *range(40, 150, 17)):
            early = whole_answer(kind, given.cut(0, cut), params)
            assert all(same(early[name], values[:cut]) for name, values in answer.items())


@every_computing_kind
@pytest.mark.parametrize("seed", range(3))
def test_what_comes_after_a_bar_changes_nothing_up_to_it(kind: BlockKind, seed: int) -> None:
    given, other = feed(kind, wandering(150)), hostile(kind, 150, seed)
    rewritten = feed(kind, wandering(150, seed=seed + 10))
    for params in settings(kind):
        answer = whole_answer(kind, given, params)
        for cut in (1, 20, 37, 81, 144):
            for future in (other, rewritten):
                changed = _joined(given.cut(0, cut), future.cut(cut))
                assert all(same(run(kind, changed, params)[name][:cut], v[:cut]) for name, v in answer.items())


def _joined(first: Feed, second: Feed) -> Feed:
    later = iter(second.arrays())
    return first.changed(lambda array: np.concatenate([array, next(later)]))


@every_computing_kind
@pytest.mark.parametrize(
    "bars", [straight(BARS, 0.0), straight(BARS, 1.0), straight(60, -1.0)], ids=["flat", "straight up", "straight down"]
)
def test_prices_without_any_life_are_no_trouble(kind: BlockKind, bars: Candles) -> None:
    given = feed(kind, bars)
    for params in settings(kind):
        whole_answer(kind, given, params)
        whole_answer(kind, Feed(given.market, {name: _level(value) for name, value in given.inputs.items()}), params)


def _level(value: np.ndarray | list[np.ndarray]) -> np.ndarray | list[np.ndarray]:
    return [np.ones_like(one) for one in value] if isinstance(value, list) else np.ones_like(value)


@every_computing_kind
@pytest.mark.parametrize("seed", range(4))
def test_unknown_and_outlandish_inputs_are_no_trouble(kind: BlockKind, seed: int) -> None:
    given = hostile(kind, 200, seed)
    for params in settings(kind):
        whole_answer(kind, given, params)
        whole_answer(kind, given.unknown(30, 55), params)
        whole_answer(kind, given.unknown(0, 200), params)


@every_computing_kind
@pytest.mark.parametrize("count", [0, 1, 2, 3])
def test_hardly_any_bars_are_no_trouble(kind: BlockKind, count: int) -> None:
    for params in settings(kind):
        answer = whole_answer(kind, feed(kind, wandering(count)), params)
        for port in kind.outputs:
            assert unknown(port, answer[port.name])[: kind.warmup_of(port, params)].all()


# What looks at earlier bars, and AND and OR, can be known with an unknown part.
@each(
    kind
    for kind in COMPUTING
    if kind.inputs and not kind.looks_past_gaps and all(port.type == "series" for port in kind.inputs)
)
def test_a_value_is_unknown_wherever_one_it_is_made_of_is(kind: BlockKind) -> None:
    whole = feed(kind, wandering(BARS))
    for name in whole.inputs:
        blank = whole.unknown(200, 203, market=())
        given = Feed(whole.market, {**whole.inputs, name: blank.inputs[name]})
        answer = run(kind, given, kind.defaults())
        assert all(unknown(port, answer[port.name])[200:203].all() for port in kind.outputs)


@each(kind for kind in COMPUTING if not kind.looks_past_gaps and (kind.inputs or "volume" in kind.market))
def test_after_an_unknown_stretch_it_warms_up_anew(kind: BlockKind) -> None:
    whole = feed(kind, wandering(BARS))
    # Ends at a UTC midnight, so that what starts anew each day starts anew here too.
    for first, last in ((191, 192), (189, 192), (100, 192)):
        given = whole.unknown(first, last)
        answer, fresh = run(kind, given, kind.defaults()), run(kind, given.cut(last), kind.defaults())
        assert all(same(values[last:], fresh[name]) for name, values in answer.items())


@every_computing_kind
def test_after_settling_it_hardly_matters_where_the_data_began(kind: BlockKind) -> None:
    params = kind.defaults()
    settled = kind.settles(**params) + kind.settles_ms // 3_600_000
    whole = feed(kind, wandering(2_000))
    answer = run(kind, whole, params)
    for first in (100, 613):
        late = run(kind, whole.cut(first), params)
        for port in kind.outputs:
            before, after = answer[port.name][first + settled :], late[port.name][settled:]
            tolerance = 0 if port.type == "signal" else 2e-3 * np.ptp(before)
            # What has no end of memory, such as a running total, means something by its changes alone.
            shift = before[0] - after[0] if settled == 0 else 0
            assert len(after) > 500
            assert np.abs(before - after - shift).max() <= tolerance


@every_computing_kind
def test_the_same_input_gives_the_same_bits(kind: BlockKind) -> None:
    given = hostile(kind, 300, 5)
    first, second = run(kind, given, kind.defaults()), run(kind, given.cut(0), kind.defaults())
    assert all(same(values, second[name]) for name, values in first.items())


@pytest.fixture(scope="session")
def compiled_loops() -> list[compiled.Loop]:
    """Return the loops of all blocks, compiled; skip where there is nothing to compile them with."""
    pytest.importorskip("numba", reason="numba is not here: there are no compiled loops to compare")
    for kind in catalog.KINDS:
        if kind.compute:
            run(kind, feed(kind, wandering(50)), kind.defaults())
    compiled.wait()
    modules = [module for name, module in sys.modules.items() if name.startswith("app.blocks.")]
    loops = {value for module in modules for value in vars(module).values() if isinstance(value, compiled.Loop)}
    if not any(loop.twin for loop in loops):
        pytest.skip("compiling is switched off")
    return list(loops)


def test_every_loop_can_be_compiled(compiled_loops: list[compiled.Loop]) -> None:
    assert [loop.__name__ for loop in compiled_loops if loop.twin is None] == []


@every_computing_kind
def test_plain_and_compiled_loops_agree_to_the_last_bit(
    kind: BlockKind, compiled_loops: list[compiled.Loop], monkeypatch: pytest.MonkeyPatch
) -> None:
    feeds = [feed(kind, wandering(300)), *(hostile(kind, 300, seed) for seed in range(3))]
    fast = [run(kind, given, params) for given in feeds for params in settings(kind)]
    for loop in compiled_loops:
        monkeypatch.setattr(loop, "twin", None)
    plain = [run(kind, given, params) for given in feeds for params in settings(kind)]
    for a, b in zip(fast, plain, strict=True):
        assert all(same(values, b[name]) for name, values in a.items())


@each(kind for kind in COMPUTING if kind.together)
def test_blocks_computed_in_one_call_have_the_values_of_each_alone(
    kind: BlockKind, compiled_loops: list[compiled.Loop]
) -> None:
    assert kind.together is not None
    kinds = {other.id: other for other in COMPUTING if other.together is kind.together}
    assert kinds.keys() == kind.together.most.keys()
    for given in (feed(kind, wandering(BARS)), feed(kind, straight(BARS, 1.0)), hostile(kind, BARS, 5)):
        for params in settings(kind):
            blocks = {other: [kinds[other].defaults()] * most for other, most in kind.together.most.items()}
            blocks[kind.id][-1] = params
            own = {other: [own_params(kinds[other], each) for each in blocks[other]] for other in blocks}
            values = kind.together.compute(*given.market.values(), *given.inputs.values(), **own)
            alone = [run(kinds[other], given, each) for other in blocks for each in blocks[other]]
            assert all(same(one, *outputs.values()) for one, outputs in zip(values, alone, strict=True))
