"""`blockbuilders backtest`, and the built-in example."""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from app.engine.assumptions import Assumptions
from app.engine.backtest import backtest
from app.engine.completed import completed
from app.engine.result import BacktestResult
from app.export import files, run_json
from app.strategy.document import Strategy
from app.strategy.explain import explain
from app.strategy.validate import require_valid, validate
from app.terminal import screen, sources, tables
from app.terminal.arguments import PRINTED, UsageError
from app.terminal.judging import choose_compiling, judged
from app.terminal.notes import another_market, notes, shorter_than_asked
from app.terminal.progress import long_work
from app.terminal.sources import Source

if TYPE_CHECKING:
    import argparse

EXAMPLE = "rsi_dip"


def run_backtest(options: argparse.Namespace) -> int:
    """Test a strategy and show, print or write the result."""
    _check_together(options)
    assumptions = Assumptions(options.capital, options.fee, options.slippage, options.fill_model)
    strategy = sources.with_timeframe(sources.find_strategy(options.strategy), options.timeframe)
    require_valid(strategy)
    if options.out is not None and os.path.exists(options.out):
        files.make_folder(options.out)  # makes none: a file in its place is refused before any work
    source = sources.find_candles(options, strategy)
    result = _tested(strategy, source, assumptions, options)
    if options.out is not None:
        _write_folder(options, result, source)
    if options.bars == PRINTED:
        for line in tables.bars_csv(result):
            screen.write(line)
        return 0
    if options.bars is not None:
        files.write_file(options.bars, tables.bars_csv(result))
    if options.json:
        found = run_json.run_object(completed(result), source.label, equity=options.equity)
        screen.write(run_json.json_text(found) + "\n")
    else:
        from app.terminal.report import report

        screen.show(report(result, source, _words(strategy, source), _notes(strategy, source, options), screen.width()))
    return 0


def run_example() -> int:
    """Run the built-in example on the sample market, and say what to try next."""
    from rich.text import Text

    from app.terminal.arguments import parse
    from app.terminal.report import report

    options = parse(["backtest", EXAMPLE])
    strategy = sources.find_strategy(EXAMPLE)
    source = sources.find_candles(options, strategy)
    result = _tested(strategy, source, Assumptions(), options)
    start = _how_it_is_started()
    hints = (
        ("another idea on the same market", f"{start} backtest donchian_breakout"),
        ("the same idea where there is no trend", f"{start} backtest {EXAMPLE} --sample HARBOR/USD"),
        ("every idea that comes with the app", f"{start} templates"),
    )
    lines = [Text("\nTry next", "bold")]
    for about, command in hints:
        lines += [Text(f"  {about}:", "dim"), Text(f"    {command}", "cyan")]
    welcome = Text("Blockbuilders: a built-in example on made-up prices\n", "dim")
    parts = report(result, source, _words(strategy, source), _notes(strategy, source, options), screen.width())
    screen.show([welcome, *parts, *lines])
    return 0


def _how_it_is_started() -> str:
    """Return what to type before a command: ./run in the folder of a checkout, else the installed name."""
    with suppress(OSError):  # there is no such file, or the folder one is in is gone
        if Path("run").samefile(Path(__file__).parents[2] / "run"):
            return "./run"
    return "blockbuilders"


def _check_together(options: argparse.Namespace) -> None:
    if options.exchange and (options.candles is not None or options.sample):
        raise UsageError("--exchange goes with --instrument, not with --candles or --sample.")
    if options.equity and not options.json and options.out is None:
        raise UsageError("--equity goes with --json or --out; --bars FILE.csv writes the equity beside the prices.")
    if options.bars == PRINTED and options.json:
        raise UsageError("--bars - and --json would both be printed; give --bars the name of a file.")


def _tested(
    strategy: Strategy, source: Source, assumptions: Assumptions, options: argparse.Namespace
) -> BacktestResult:
    choose_compiling(strategy, source.candles)
    with long_work("Testing") as progress:
        return backtest(
            strategy,
            source.candles,
            assumptions,
            instrument=source.instrument,
            start=options.start,
            end=options.end,
            coverage_end=source.coverage_end,
            progress=progress,
        )


def _words(strategy: Strategy, source: Source) -> str:
    """Return the strategy in sentences, said of the candles it is tested on."""
    return explain(replace(strategy, symbol=source.instrument.symbol, exchange=source.instrument.exchange))


def _notes(strategy: Strategy, source: Source, options: argparse.Namespace) -> list[str]:
    shorter = shorter_than_asked(source, options.start, options.end, strategy.timeframe.ms)
    return [*another_market(strategy, source), *shorter, *notes(validate(strategy))]


def _write_folder(options: argparse.Namespace, result: BacktestResult, source: Source) -> None:
    from app.export.run_folder import write_run
    from app.results.funnel import funnels
    from app.terminal.report import report
    from app.terminal.warnings import quality_of

    words, known = _words(result.strategy, source), _notes(result.strategy, source, options)
    more = {"report.txt": screen.drawn(report(result, source, words, known, screen.PAPER))}
    run = completed(result)
    found = judged(run, result, quality_of(result, source))
    write_run(options.out, run, source.label, found, known, funnels(result), equity=options.equity, more=more)
