"""What is asked of another backtester, and how: a process of its own that reads JSON and writes JSON.

A job holds the `columns` of the bars, `capital`, `fee` and `units`, and cases by name. A case gives the four order
signals per bar (1 true, 0 false, -1 unknown), or names in `own` a strategy that the backtester works out with its own
indicators; `exits` may hold the mode and the sizes of a stop and a target. The answer gives per case `trades`, as
[side, entry bar, exit bar, entry price, exit price, profit after fees], and `equity` at each close.

The processes import nothing of ours: this file alone.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from typing import Any

Job = dict[str, Any]
Case = dict[str, Any]
ORDERS = ("enter_long", "exit_long", "enter_short", "exit_short")


def wanted_side(side: int, case: Case, bar: int) -> int:
    """Return the side to be on after the next open: 1 long, -1 short, 0 none (rule 7)."""
    enter_long, exit_long, enter_short, exit_short = (case[name][bar] == 1 for name in ORDERS)
    may_buy = enter_long and not enter_short and not exit_long
    may_sell = enter_short and not enter_long and not exit_short
    if side != 1 and may_buy:
        return 1
    if side != -1 and may_sell:
        return -1
    leaves = exit_long if side == 1 else exit_short
    return 0 if leaves else side


def serve(run: Callable[[Job, Case], dict[str, Any]]) -> None:
    """Answer the job on standard input, case by case."""
    job = json.load(sys.stdin)
    json.dump({name: run(job, case) for name, case in job["cases"].items()}, sys.stdout)
