"""What a result takes for granted and how good its candles are: always in view below it."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.data.sample_market import LABEL
from app.jobs.sample_bars import SAMPLE
from app.market.exchange_names import exchange_name
from app.market.timeframe import MINUTE_MS, Timeframe
from app.results.costs import CostTest
from app.results.glance import Glance
from app.results.numbers import count, day, percent
from app.results.other_fill import OtherFill
from app.ui.labels import label
from app.ui.results.header import label_safe
from app.ui.results.paragraph import Paragraph


class ConditionsStrip(QWidget):
    """Lines of sentences; hovering over them gives all of them."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.assumptions = Paragraph(pixels=12, muted=True)
        self.quality = Paragraph(pixels=12, muted=True)
        self.other, self.costs = (label(pixels=12, weight=500) for _ in range(2))
        trials = QHBoxLayout()
        trials.setSpacing(24)
        trials.addWidget(self.other)
        trials.addWidget(self.costs)
        trials.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 6, 16, 8)
        column.setSpacing(2)
        column.addWidget(self.assumptions)
        column.addWidget(self.quality)
        column.addLayout(trials)

    def show_run(self, run: Glance, quality: Mapping[str, object]) -> None:
        """Say what holds for a run."""
        sentences = run.assumptions.describe(run.dataset.step_ms)
        # The notes on the candles of a kept run say it as well.
        made_up = run.dataset.exchange == SAMPLE and not quality.get("notes")
        sample = self.tr("Prices of a %1.").replace("%1", LABEL) if made_up else ""
        self.assumptions.setText(" ".join([sample, *sentences[:2]]).strip())
        facts = self._facts(run, quality)
        self.quality.setText(" · ".join(facts))
        # The range stands above the figures.
        everything = "\n".join([sample, *sentences, f"{day(run.start)} – {day(run.end - 1)}", *facts]).strip()
        for part in (self.assumptions, self.quality):
            part.setToolTip(label_safe(everything))
        self.show_trials(run, None, None, complete=False)

    def show_trials(self, run: Glance, other: OtherFill | None, costs: CostTest | None, *, complete: bool) -> None:
        """Say what the other fill model and other costs would have given, once they have been tried."""
        waiting = self.tr("The other fill model and other costs are being tried…")
        self.other.setText("" if complete else waiting)
        self.other.setToolTip("")
        if other is not None:
            self._show_other(run, other)
        self.costs.setVisible(costs is not None)
        if costs is not None:
            self.costs.setText(self._break_even(costs))
            doubled = percent(costs.doubled, sign=True).replace("-", "−")
            self.costs.setToolTip(self.tr("At twice the costs: %1").replace("%1", doubled))

    def _break_even(self, costs: CostTest) -> str:
        if costs.loses_always:
            return self.tr("Loses even without costs")
        if costs.break_even is None:
            return self.tr("Gains even at the highest costs")
        text = self.tr("Breaks even at costs of %1 a fill (here %2)")
        rates = (percent(rate, decimals=3) for rate in (costs.break_even, costs.cost))
        return text.replace("%1", next(rates)).replace("%2", next(rates))

    def _show_other(self, run: Glance, other: OtherFill) -> None:
        text = {
            ("bar", True): self.tr("Stops watched bar by bar: %1"),
            ("minute", True): self.tr("Stops watched on the finest candles: %1"),
            ("bar", False): self.tr("Sizes fixed at the close before: %1"),
            ("minute", False): self.tr("Sizes fixed at the fill: %1"),
        }[other.fill_model, other.levels]
        there, here = (
            percent(each["total_return"], sign=True).replace("-", "−") for each in (other.metrics, run.metrics)
        )
        self.other.setText(text.replace("%1", there) + self.tr(" (here %1)").replace("%1", here))
        self.other.setToolTip(other.sentence)
        self.other.setAccessibleDescription(other.sentence)

    def _facts(self, run: Glance, quality: Mapping[str, object]) -> list[str]:
        """Return source and flaws of the candles, and what of the run is uncertain."""
        counts, data = run.counts, run.dataset
        unit = "minute" if data.step_ms == MINUTE_MS else f"{Timeframe(data.step_ms)} candle"
        missing = quality.get("missing")
        if not isinstance(missing, int):
            missing = (data.end - data.first) // data.step_ms - data.count
        facts = [
            f"{data.symbol} ({exchange_name(str(quality.get('source') or data.exchange))})"[:80],
            self.tr("%1 missing").replace("%1", count(missing, unit)),
            count(counts.get("incomplete_bars", 0), "incomplete bar"),
            count(counts.get("ambiguous", 0), "ambiguous exit"),
        ]
        for name, words in (("zero_size", "order too small"), ("conflicts", "conflict")):
            if counts.get(name):
                facts.append(
                    count(counts[name], words) if name == "conflicts" else f"{counts[name]:,} orders too small"
                )
        notes = quality.get("notes")
        facts += [str(note)[:200] for note in notes] if isinstance(notes, (list, tuple)) else []
        return [" ".join(fact.split()) for fact in facts]
