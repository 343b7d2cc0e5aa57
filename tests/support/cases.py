"""Random small backtests: hypothesis strategies for candles, orders, risk settings, assumptions and ranges.

Prices lie on a coarse grid, so that touches, ties and gaps are common; one whole number stands for one base bar, and
0 for one that stands still, so that a failing case shrinks to a calm market.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from hypothesis import strategies as st
from support import reference
from support.dictated import DAY, START, as_candles, code, orders, risk_blocks, strategy

from app.blocks import catalog
from app.engine.assumptions import Assumptions
from app.engine.backtest import BacktestResult, backtest
from app.market.instrument import Instrument
from app.market.timeframe import Timeframe

ATR_PERIOD = 2
_UP = (0, 0, 1, 2, 5)
_DOWN = (0, 0, 1, 2, 5)
_DRIFT = (0, 0, 1, -1, 3, -3)
_GAP = (0, 0, 0, 0, 1, -1, 2, -4, 15, -20, None)  # None: times 3 when low, which liquidates a short, else divided by 3
_SHAPES = st.one_of(
    st.just(0),
    st.integers(0, len(_UP) * len(_DOWN) * len(_DRIFT) * 10 - 1),
    st.integers(0, len(_UP) * len(_DOWN) * len(_DRIFT) * len(_GAP) * 10 - 1),
)

SAYS = (
    "", "", "", "L", "L", "S", "S", "l", "s", "LS", "Ll", "Ss", "Ls", "Sl", "ls", "LSl", "LlSs",
    "?", "L?", "l?", "S?", "s?", "Ll?", "LS?", "LSs?", "Ss?", "L?S", "l?S", "LsS?",
)  # fmt: skip


@dataclass(frozen=True)
class Case:
    """Everything that one backtest is made of, for the engine and for the reference."""

    base: tuple[reference.Candle, ...]
    says: tuple[str, ...]
    step_ms: int
    timeframe_ms: int
    risk: reference.Risk
    settings: reference.Settings
    start: int | None = None
    end: int | None = None
    coverage_end: int | None = None

    @property
    def settling(self) -> int:
        """How many earlier bars the drawing needs: only an ATR distance needs any (rule 6)."""
        rules = (self.risk.stop, self.risk.take, self.risk.trailing)
        if not any(rule is not None and rule.mode == "atr" for rule in rules):
            return 0
        atr = catalog.kind("atr")
        assert atr is not None
        return atr.settles(**{**atr.defaults(), "period": ATR_PERIOD})

    def engine(self, base: tuple[reference.Candle, ...] | None = None) -> BacktestResult:
        """Return the engine's result, of these or of other candles."""
        settings = self.settings
        step = str(Timeframe(self.step_ms))
        return backtest(
            strategy(sorted(set(self.says)), risk_blocks(self.risk, ATR_PERIOD), str(Timeframe(self.timeframe_ms))),
            as_candles(self.base if base is None else base, step),
            Assumptions(settings.capital, settings.fee, settings.slippage, settings.fill_model),
            instrument=Instrument("RIVER/USD", "sample", settings.size_step),
            start=self.start,
            end=self.end,
            coverage_end=self.coverage_end,
        )

    def bars(self) -> list[reference.Bar]:
        """Return the bars of the range."""
        every = reference.bars_of(self.base, self.timeframe_ms)
        end = self.base[-1].time + self.step_ms
        return reference.bars_in_range(every, end, self.start, self.end, self.coverage_end)

    def reference(self) -> reference.Result:
        """Return the result of the reference."""
        every = reference.bars_of(self.base, self.timeframe_ms)
        first = self.bars()[0].time
        earlier = sum(bar.time < first for bar in every)
        atr = reference.average_true_range(every[max(0, earlier - self.settling) :], ATR_PERIOD)
        said = {code(text): orders(text) for text in self.says}
        said_by_time = {
            bar.time: orders("?") if bar.volume != bar.volume else said.get(bar.volume, reference.Orders())
            for bar in every
        }
        return reference.run(
            self.base,
            self.step_ms,
            self.timeframe_ms,
            said_by_time,
            replace(
                self.risk,
                stop=_with_atr(self.risk.stop, atr),
                take=_with_atr(self.risk.take, atr),
                trailing=_with_atr(self.risk.trailing, atr),
            ),
            self.settings,
            start=self.start,
            end=self.end,
            coverage_end=self.coverage_end,
            settling=self.settling,
        )


def _with_atr(rule: reference.Distance | None, atr: dict[int, float]) -> reference.Distance | None:
    return rule and replace(rule, atr=atr)


def base_bars(
    shapes: list[int], says: list[str], per_bar: int, step_ms: int, offset: int
) -> tuple[reference.Candle, ...]:
    """Return base bars from their whole numbers; the first present of each bar carries what the orders say."""
    result, price, said_in = [], 100.0, -1
    first_bar = START // (per_bar * step_ms)
    for i, shape in enumerate(shapes):
        shape, missing = divmod(shape, 10)
        shape, up = divmod(shape, len(_UP))
        shape, down = divmod(shape, len(_DOWN))
        shape, drift = divmod(shape, len(_DRIFT))
        time = START + (i + offset) * step_ms
        bar = time // (per_bar * step_ms)
        if missing == 9 and i > 0:
            continue
        gap = _GAP[shape]
        open_ = max(price + gap, 4.0) if gap is not None else price * 3 if price < 150 else price // 3
        close = max(open_ + _DRIFT[drift], 3.0)
        high, low = max(open_, close) + _UP[up], max(min(open_, close) - _DOWN[down], 2.0)
        volume = code(says[(bar - first_bar) % len(says)]) if bar != said_in else 0.0
        said_in = bar
        result.append(reference.Candle(time, open_, high, low, close, volume))
        price = close
    return tuple(result)


_PERCENT = st.sampled_from([0.01, 0.02, 0.05, 0.1, 0.25])
_PRICE = st.sampled_from([0.5, 1.0, 2.0, 3.0, 5.0, 10.0, 60.0])
_MULTIPLE = st.sampled_from([0.5, 1.0, 2.0, 3.0])

distances = st.one_of(
    st.builds(reference.Distance, st.just("percent"), _PERCENT),
    st.builds(reference.Distance, st.just("price"), _PRICE),
    st.builds(reference.Distance, st.just("atr"), _MULTIPLE),
)

_SIZES = st.one_of(
    st.tuples(st.just("percent_of_equity"), st.sampled_from([1.0, 1.0, 0.5, 0.1, 0.99])),
    st.tuples(st.just("fixed_quote"), st.sampled_from([150.0, 990.0, 2_000.0])),
    st.tuples(st.just("fixed_base"), st.sampled_from([0.05, 1.0, 7.3, 50.0])),
    st.tuples(st.just("risk_percent"), st.sampled_from([0.005, 0.01, 0.1])),
)


def _maybe(strategy: st.SearchStrategy) -> st.SearchStrategy:
    """Return None as often as something; `|` would give every alternative of the other side the same weight."""
    return st.booleans().flatmap(lambda there: strategy if there else st.none())


@st.composite
def risks(draw: st.DrawFn) -> reference.Risk:
    mode, value = draw(_SIZES)
    stop = draw(_maybe(distances))
    trailing = draw(_maybe(distances))
    if mode == "risk_percent" and stop is None and trailing is None:
        stop = draw(distances)
    take = draw(_maybe(distances))
    time_exit = draw(_maybe(st.integers(1, 5)))
    return reference.Risk(mode, value, stop, take, trailing, time_exit, draw(st.sampled_from([0, 0, 1, 2, 4])))


assumptions = st.builds(
    reference.Settings,
    capital=st.sampled_from([1_000.0, 1_000.0, 333.33]),
    fee=st.sampled_from([0.0, 0.001, 0.001, 0.05]),
    slippage=st.sampled_from([0.0, 0.0005, 0.01, 0.05]),
    fill_model=st.sampled_from(["minute", "bar"]),
    size_step=st.sampled_from([None, None, 1.0, 0.1, 0.001]),
)

# base step and base bars per bar: minutes, and thirds of a day so that daily ratios have something to measure
_STEPS = st.sampled_from([(60_000, n) for n in (1, 3, 3, 5)] + [(DAY // 3, n) for n in (1, 2, 3)])


@st.composite
def cases(draw: st.DrawFn, whole: bool = False) -> Case:
    """Draw a case; with `whole` its range is all of its data."""
    step_ms, per_bar = draw(_STEPS)
    count = draw(st.integers(75 // per_bar, 99 // per_bar) if step_ms > 60_000 else st.integers(2, 20))
    says = draw(st.lists(st.sampled_from(SAYS), min_size=count, max_size=count))
    shapes = draw(st.lists(_SHAPES, min_size=count * per_bar, max_size=count * per_bar))
    base = base_bars(shapes, says, per_bar, step_ms, draw(st.integers(0, per_bar)))
    window: dict[str, int | None] = {}
    if not whole and draw(st.booleans()):
        first, last, bar = base[0].time, base[-1].time + step_ms, step_ms * per_bar
        window = {
            "start": draw(st.none() | st.integers(0, 6).map(lambda n: first + n * bar // 2)),
            "end": draw(st.none() | st.integers(0, 6).map(lambda n: last - n * bar // 2)),
            "coverage_end": draw(st.none() | st.integers(-4, 4).map(lambda n: last - n * bar // 2)),
        }
    return Case(base, tuple(says), step_ms, step_ms * per_bar, draw(risks()), draw(assumptions), **window)
