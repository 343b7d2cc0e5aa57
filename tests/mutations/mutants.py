"""The ways in which the engine is broken on purpose, and the tests that have to notice each."""

from __future__ import annotations

from dataclasses import dataclass

BARS = "engine/test_rule_01_bars.py"
FILLS = "engine/test_rule_04_fills.py"
DECISIONS = "engine/test_rule_07_decisions.py"
SIZE = "engine/test_rule_08_size.py"
COSTS = "engine/test_rule_09_costs.py"
LEVELS = "engine/test_rule_11_levels.py"
BAR_MODEL = "engine/test_rule_12_bar_model.py"
EXITS = "engine/test_rule_14_exits.py"
TRADES = "engine/test_rule_16_trades.py"
METRICS = "engine/test_rule_18_metrics.py"
LOOK_AHEAD = "engine/test_rule_21_no_look_ahead.py"
COMPARISON = "blocks/test_comparison.py"
WALK = "blocks/test_one_walk_as_written.py"
PLAN = "engine/test_plan.py"

SIMULATE = "engine/simulate.py"
PROTECTIVE = "engine/protective_exits.py"
FILL_MODELS = "engine/fill_models.py"
SIZING = "engine/sizing.py"
FIGURES = "engine/metrics.py"
BACKTEST = "engine/backtest.py"
PREPARED = "engine/plan.py"
SIGNALS = "engine/signals.py"
RESAMPLE = "market/resample.py"
TIMEFRAME = "market/timeframe.py"
ONE_WALK = "blocks/one_walk.py"


@dataclass(frozen=True)
class Mutant:
    """One mistake: in `file` of the app, `old`, which stands there exactly once, becomes `new`."""

    mistake: str
    file: str
    old: str
    new: str
    tests: str


MUTANTS = (
    # Orders and decisions
    Mutant("an entry fills at the close", SIMULATE,
           "enter(rules, state, i, first[i], opens[i],", "enter(rules, state, i, first[i], closes[i],", FILLS),
    Mutant("an exit fills at the close", SIMULATE,
           "i, first[i], opens[i], state.exit_order, 0)", "i, first[i], closes[i], state.exit_order, 0)", FILLS),
    Mutant("signals are read one bar too early", SIGNALS,
           "columns = [getattr(bars, name) for name in MARKET_COLUMNS]",
           "columns = [np.roll(getattr(bars, name), -1) for name in MARKET_COLUMNS]", FILLS),
    Mutant("an unknown signal acts", SIGNALS,
           "if enter_long[i] > 0", "if enter_long[i] != 0", FILLS),
    Mutant("the own exit does not block an entry", SIMULATE,
           "if enter_long and not enter_short and not exit_long:", "if enter_long and not enter_short:", DECISIONS),
    Mutant("the own exit does not block a reversal", SIMULATE,
           "if enter_opposite and not enter and not leave_opposite:", "if enter_opposite and not enter:", DECISIONS),
    Mutant("the own exit goes before a reversal", SIMULATE,
           "if enter_opposite and not enter and not leave_opposite:",
           "if enter_opposite and not enter and not leave_opposite and not leave:", DECISIONS),
    Mutant("the cooldown is one bar too long", SIMULATE,
           "state.cooled_at = i + rules.cooldown", "state.cooled_at = i + 1 + rules.cooldown", DECISIONS),
    Mutant("the cooldown is one bar too short", SIMULATE,
           "state.cooled_at = i + rules.cooldown", "state.cooled_at = i - 1 + rules.cooldown", DECISIONS),
    Mutant("a conflict counts in the cooldown", SIMULATE,
           "if enter_opposite and not cooling:", "if enter_opposite:", DECISIONS),
    Mutant("a reversal in the cooldown enters", SIMULATE,
           "state.entry_order = 0 if cooling else -state.side", "state.entry_order = -state.side", DECISIONS),
    Mutant("the time exit comes one bar late", SIMULATE,
           "return state.entry_bar + rules.time_exit - 1", "return state.entry_bar + rules.time_exit", EXITS),
    Mutant("the time goes before a signal as the reason", SIMULATE,
           "    if leave:\n        state.exit_order = SIGNAL\n",
           "    if leave and i < time_exit_bar(rules, state):\n        state.exit_order = SIGNAL\n", EXITS),
    # Size and costs
    Mutant("a size is not cut to the equity", SIZING,
           "return most if most < units else units", "return units", SIZE),
    Mutant("the cut forgets the fee", SIZING,
           "most = equity / (price * (1.0 + rules.fee_rate))", "most = equity / price", SIZE),
    Mutant("a whole number of steps is rounded away", SIZING,
           "(units / rules.size_step + 1e-9) // 1.0", "units / rules.size_step // 1.0", SIZE),
    Mutant("risk is measured to the fixed stop alone", SIMULATE,
           "units = wanted_units(rules, state.cash, price, min(stop, trail))",
           "units = wanted_units(rules, state.cash, price, stop)", SIZE),
    Mutant("the bar model does not cut to the cash at the fill", SIMULATE,
           "units = affordable(rules, state.ordered_units, state.cash, price)", "units = state.ordered_units", SIZE),
    Mutant("the bar model sizes without slippage", SIMULATE,
           "price = slipped(rules, close, state.entry_order)", "price = close", SIZE),
    Mutant("the bar model divides a risk by a distance of zero", SIMULATE,
           "known = stop > 0.0 and trail > 0.0", "known = stop >= 0.0 and trail > 0.0", SIZE),
    Mutant("the entry fee is charged twice", SIMULATE,
           "fee = units * price * rules.fee_rate", "fee = 2.0 * units * price * rules.fee_rate", COSTS),
    Mutant("an exit is free of fees", SIMULATE,
           "fee = units * fill * rules.fee_rate", "fee = 0.0", COSTS),
    Mutant("a take-profit slips", SIMULATE,
           "fill = price if reason == TAKE_PROFIT else slipped(rules, price, -side)",
           "fill = slipped(rules, price, -side)", COSTS),
    Mutant("an exit slips in favour", SIMULATE,
           "else slipped(rules, price, -side)", "else slipped(rules, price, side)", COSTS),
    Mutant("a short pays for its units", SIMULATE,
           "state.cash -= units * price + fee if side == LONG else fee", "state.cash -= units * price + fee", COSTS),
    # Liquidation
    Mutant("a liquidation pays a fee", SIMULATE,
           "LIQUIDATION, state.liquidation, 0.0, 0.0, 0.0", "LIQUIDATION, state.liquidation, fee, 0.0, 0.0", COSTS),
    Mutant("an exit that leaves exactly nothing is no liquidation", SIMULATE,
           "reason == LIQUIDATION or cash <= 0.0", "reason == LIQUIDATION or cash < 0.0", COSTS),
    Mutant("trading goes on after a liquidation", SIMULATE,
           "elif i >= state.cooled_at and state.ruined == 0:", "elif i >= state.cooled_at:", COSTS),
    Mutant("a reversal that liquidates still enters", SIMULATE,
           "state.ruined, state.entry_order = 1, 0", "state.ruined = 1", COSTS),
    Mutant("a short with a stop is never liquidated", PROTECTIVE,
           "if state.side == SHORT and state.liquidation < level:",
           "if state.side == SHORT and level == math.inf:", COSTS),
    # Protective exits
    Mutant("the target goes before the stop", PROTECTIVE,
           "if side * (adverse - state.stop) <= 0.0:  # rule 12b",
           "if side * (adverse - state.stop) <= 0.0 and not reached:  # rule 12b", LEVELS),
    Mutant("a target has to be passed", PROTECTIVE,
           "reached = side * (favourable - state.target) >= 0.0", "reached = side * (favourable - state.target) > 0.0",
           LEVELS),
    Mutant("a gap through the stop fills at the stop", PROTECTIVE,
           "return state.stop_reason, opening, 0", "return state.stop_reason, state.stop, 0", LEVELS),
    Mutant("a gap through the target is credited in the minute model", FILL_MODELS,
           "return opening if rules.bar_fills else target", "return opening", LEVELS),
    Mutant("a gap through the target is not credited in the bar model", FILL_MODELS,
           "return opening if rules.bar_fills else target", "return target", BAR_MODEL),
    Mutant("the bar model watches the entry bar", FILL_MODELS,
           "bar > entry_bar", "bar >= entry_bar", BAR_MODEL),
    Mutant("the minute of the entry is not watched", SIMULATE,
           "    opens, highs, lows = base\n",
           "    opens, highs, lows = base\n    row += 1 if i == state.entry_bar else 0\n", LEVELS),
    Mutant("a trailing stop follows the high of the minute being checked", SIMULATE,
           "    while row < end:\n",
           "    while row < end:\n        survive(rules, state, highs[row], lows[row])\n", LEVELS),
    Mutant("a trailing stop moves away from profit", SIMULATE,
           "if state.side * (favourable - state.best) > 0.0:", "if state.side * (favourable - state.best) != 0.0:",
           LEVELS),
    Mutant("a trailing percent is of the entry price", PROTECTIVE,
           "away = state.best * rules.trail_value if", "away = state.entry_price * rules.trail_value if", LEVELS),
    Mutant("a tie names the trailing stop", PROTECTIVE,
           "if state.side * (trailing - level) > 0.0:", "if state.side * (trailing - level) >= 0.0:", LEVELS),
    Mutant("a bar that pulls its own trailing stop is passed over", PROTECTIVE,
           "return side * (adverse - (favourable - side * away)) <= 0.0", "return False", LEVELS),
    Mutant("levels are measured from the open before slippage", SIMULATE,
           "stop = distance(rules.stop_mode, rules.stop_value, stop_now, price)\n    target = ",
           "stop = distance(rules.stop_mode, rules.stop_value, stop_now, opening) + opening - price\n    target = ",
           LEVELS),
    Mutant("an ATR distance is of the bar of the fill", SIMULATE,
           "trail_now = at_bar(stops, i - 1), ", "trail_now = at_bar(stops, i), ", LEVELS),
    Mutant("an unknown target does not stop an entry", SIMULATE,
           "if not (stop > 0.0 and target > 0.0 and trail > 0.0):", "if not (stop > 0.0 and trail > 0.0):", LEVELS),
    Mutant("the multiple of the ATR is forgotten", SIGNALS,
           "return level.value * standard.atr(", "return standard.atr(", LEVELS),
    # Trades and equity
    Mutant("equity is reduced by the cost of an exit", SIMULATE,
           "equity[i] = cash + exposure * (closes[i] - reference)",
           "equity[i] = cash + exposure * (closes[i] - reference) - abs(exposure) * closes[i] * rules.fee_rate",
           TRADES),
    Mutant("equity is taken at the open", SIMULATE,
           "equity[i] = cash + exposure * (closes[i] - reference)",
           "equity[i] = cash + exposure * (opens[i] - reference)", TRADES),
    Mutant("P&L forgets the entry fee", SIMULATE,
           "trade.pnl = side * units * (fill - entry) - state.entry_fee - fee",
           "trade.pnl = side * units * (fill - entry) - fee", TRADES),
    Mutant("excursions leave out the exit price", SIMULATE,
           "live_through(state, fill, fill)", "live_through(state, entry, entry)", TRADES),
    Mutant("excursions take in the minute of the exit", SIMULATE,
           "    while row < end:\n",
           "    while row < end:\n        live_through(state, highs[row], lows[row])\n", TRADES),
    Mutant("bars held counts the bar of the exit", SIMULATE,
           "trade.bars_held = i - state.entry_bar", "trade.bars_held = i + 1 - state.entry_bar", TRADES),
    Mutant("R is measured to the fixed stop alone", SIMULATE,
           "nearest = min(stop, trail)\n", "nearest = stop\n", TRADES),
    # Metrics
    Mutant("the deviation is that of a population", FIGURES,
           "math.sqrt(squares / (days - 1))", "math.sqrt(squares / days)", METRICS),
    Mutant("two days have no deviation", FIGURES, "if days > 1 else 0.0", "if days > 2 else 0.0", METRICS),
    Mutant("a year has 252 days", FIGURES, "DAYS_A_YEAR = 365\n", "DAYS_A_YEAR = 252\n", METRICS),
    Mutant("thirty days are still too short", FIGURES,
           "yearly = length_ms >= SHORTEST_FOR_YEARLY_MS", "yearly = length_ms > SHORTEST_FOR_YEARLY_MS", METRICS),
    Mutant("drawdown is measured from the capital", FIGURES,
           "worst = min(worst, value / peak - 1.0)", "worst = min(worst, value / capital - 1.0)", METRICS),
    Mutant("a drawdown ends only above its peak", FIGURES,
           "        if value >= peak:\n", "        if value > peak:\n", METRICS),
    Mutant("a bar that ends at midnight belongs to the next day", FIGURES,
           "while close_time > day_end:", "while close_time >= day_end:", METRICS),
    Mutant("a trade of nothing continues a losing streak", FIGURES,
           "streak = streak + 1 if pnl < 0.0 else 0", "streak = streak + 1 if pnl <= 0.0 else 0", METRICS),
    Mutant("a trade of nothing is a win", FIGURES, "        if pnl > 0.0:\n", "        if pnl >= 0.0:\n", METRICS),
    Mutant("buy-and-hold pays no exit fee", FIGURES,
           "growth * (1.0 - fee_rate) / (1.0 + fee_rate)", "growth / (1.0 + fee_rate)", METRICS),
    Mutant("exposure leaves out the open trade", FIGURES,
           "exposed += open_trade.bars_held", "exposed += 0", METRICS),
    Mutant("the fee of the open trade is left out", FIGURES,
           "fees += open_trade.fees", "fees += 0.0", COSTS),
    Mutant("the slippage of the open trade is left out", FIGURES,
           "slippage += open_trade.slippage", "slippage += 0.0", COSTS),
    # Bars
    Mutant("the unfinished bar takes part", BACKTEST,
           "covered = derived.base.end if coverage_end is None else coverage_end", "covered = bars.end", BARS),
    Mutant("everything stored before the range is fed", BACKTEST,
           "settling = min(begin, settling_bars)", "settling = begin", FILLS),
    Mutant("weeks begin on Thursday", TIMEFRAME, "_FIRST_MONDAY_MS = 4 * DAY_MS", "_FIRST_MONDAY_MS = 0", BARS),
    Mutant("a bar closes with its first minute", RESAMPLE,
           "close=base.close[first[1:] - 1]", "close=base.close[starts]", BARS),
    # Blocks
    Mutant("the previous value is the next one", "blocks/maths/previous.py",
           "    result[:bars] = np.nan\n    result[bars:] = source[:-bars]\n",
           "    result[-bars:] = np.nan\n    result[:-bars] = source[bars:]\n", LOOK_AHEAD),
    Mutant("a touch that bounces is a cross", "blocks/crossings.py",
           "            up[i], down[i] = 0, 0\n",
           "            up[i], down[i] = 0, 0\n            last_side = -1\n", COMPARISON),
    Mutant("a cross is every bar above", "blocks/crossings.py",
           "up[i] & down[i - 1], down[i] & up[i - 1]", "up[i], down[i] & up[i - 1]", COMPARISON),
    Mutant("after an unknown value nothing is looked at bar by bar", "blocks/crossings.py",
           "alike += not (above | below)", "alike += a == b", COMPARISON),
    Mutant("an EMA is rounded twice a bar", ONE_WALK,
           "one = fma(value - now.one, 2.0 / (periods[0] + 1), now.one)",
           "one = now.one + (value - now.one) * (2.0 / (periods[0] + 1))", WALK),
    Mutant("the second EMA has the weight of the first", ONE_WALK,
           "other = fma(value - now.other, 2.0 / (periods[1] + 1), now.other)",
           "other = fma(value - now.other, 2.0 / (periods[0] + 1), now.other)", WALK),
    Mutant("an EMA begins with the first value", ONE_WALK,
           "average = total / period", "average = source[0]", WALK),
    Mutant("an RSI begins with its first change", ONE_WALK,
           "gain, loss = gain * (1.0 / period), loss * (1.0 / period)",
           "gain, loss = max(source[1] - source[0], 0.0), max(source[0] - source[1], 0.0)", WALK),
    Mutant("a change is measured from where the walk began", ONE_WALK,
           "return Means(one, other, gain, loss, least, value)",
           "return Means(one, other, gain, loss, least, now.last)", WALK),
    Mutant("an RSI is told where TA-Lib sees no move", ONE_WALK,
           "least >= _ZERO", "least >= 0.0", WALK),
    Mutant("halves that do not meet are taken for one", ONE_WALK,
           "if now[:4] != met[:4]:", "if now[:1] != now[:1]:", WALK),
    Mutant("halves meet where their EMAs do", ONE_WALK,
           "if now[:4] != met[:4]:", "if now[:2] != met[:2]:", WALK),
    Mutant("blocks that read different values share a call", PREPARED,
           "alike = first_kind.together is kind.together and first.arguments == step.arguments",
           "alike = first_kind.together is kind.together", PLAN),
    Mutant("a call takes more blocks than it has room for", PREPARED,
           "< kind.together.most[kind.id]", "<= kind.together.most[kind.id]", PLAN),
    Mutant("blocks of a call get each other's values", PREPARED,
           "results = tuple(slot for steps in of_kind.values() for step in steps for slot in step.results)",
           "results = tuple(slot for _, step in reversed(call) for slot in step.results)", PLAN),
    Mutant("OR takes unknown for false", "blocks/logic/any_of.py", "else min(a, b)", "else max(a, b)", TRADES),
    Mutant("between leaves out its bounds", "blocks/comparison/between.py",
           "(a <= value) & (value <= b)", "(a < value) & (value < b)", FILLS),
)  # fmt: skip
