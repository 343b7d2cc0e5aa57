"""What the window shows when there is nothing yet, when something goes wrong, and while it works."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtWidgets import QPushButton, QTableView
from walkthrough.steps import Walk

from app.market.timeframe import Timeframe
from app.strategy import edits, templates
from app.strategy.document import Strategy, Wire
from app.ui.compare.compare_page import ComparePage
from app.ui.compare.curves_plot import CurvesPlot
from app.ui.help.help_page import HelpPage
from app.ui.settings.settings_page import SettingsPage


class States:
    """Brings a window that has been walked through into each state, and takes pictures."""

    def __init__(self, walk: Walk, folder: Path) -> None:
        self._walk, self._window, self._folder = walk, walk.window, folder

    def all_states(self) -> None:
        """Take a picture of every state."""
        states: tuple[Callable[[], None], ...] = (
            self.comparison,
            self.help_and_settings,
            self.empty,
            self.command_list,
            self.keyboard_sheet,
            self.hostile_file,
            self.failed_run,
            self.without_candles,
            self.nothing_traded,
            self.everything_drawn,
            self.busy,
        )
        for state in states:
            state()

    def comparison(self) -> None:
        """Run a second idea, and compare it with the first."""
        self._window.open_strategy(templates.template("golden_cross").strategy)
        self._walk.until(self._walk.ran)
        self._walk.click(self._walk.builder.run_button)
        self._walk.until(lambda: self._window.pages.currentWidget() is self._window.results)
        self._walk.history()
        table = self._window.findChild(QTableView, "runs")
        table.setFocus()
        self._walk.until(lambda: table.model().rowCount() == 2)
        self._walk.hand.key("Ctrl+A")
        self._walk.picture("runs chosen")
        buttons = self._window.pages.currentWidget().findChildren(QPushButton)
        self._walk.click(next(button for button in buttons if button.text() == "Compare"))
        self._walk.until(lambda: isinstance(self._window.pages.currentWidget(), ComparePage))
        curves = self._window.pages.currentWidget().findChild(CurvesPlot)
        self._walk.until(lambda: not curves.reading)
        self._walk.picture("compared")

    def help_and_settings(self) -> None:
        """Open the pages of the menu."""
        self._window.help.open()
        self._walk.until(lambda: isinstance(self._window.pages.currentWidget(), HelpPage))
        self._walk.picture("help")
        self._window.setup.open()
        self._walk.until(lambda: isinstance(self._window.pages.currentWidget(), SettingsPage))
        self._walk.picture("settings")

    def empty(self) -> None:
        """Begin a new drawing."""
        self._window.drawings.start_new()
        self._walk.picture("empty drawing")

    def command_list(self) -> None:
        """Open the list of commands."""
        self._walk.builder.canvas.setFocus()
        self._walk.hand.key("Ctrl+K")
        self._walk.picture("commands")
        self._walk.hand.key("Escape")

    def keyboard_sheet(self) -> None:
        """Open the sheet of keys."""
        self._walk.builder.canvas.setFocus()
        self._walk.hand.key("?")
        self._walk.picture("keyboard sheet")
        self._walk.hand.key("Escape")

    def hostile_file(self) -> None:
        """Open a file that is no strategy."""
        file = self._folder / "hostile.json"
        file.write_text('{"format": 2, "blocks": [{"id": "<b>x</b>", "kind": "=cmd()"}], "name": 7}', encoding="utf-8")
        self._window.show_home()
        self._window.open_file(file)
        file.unlink()
        self._walk.until(self._window.banner.isVisible)
        self._walk.picture("hostile file")

    def failed_run(self) -> None:
        """Run a drawing that is not finished."""
        half = edits.add_block(edits.add_block(Strategy("Half a thought"), "enter_long", (280.0, 0.0)), "greater")
        self._window.open_strategy(edits.connect(half, Wire("greater_1", "signal", "enter_long_1", "when")))
        self._walk.picture("unfinished drawing")
        self._walk.click(self._walk.builder.run_button)
        self._walk.until(lambda: "failed" in self._window.banner.text.text())
        self._walk.builder.side.setCurrentIndex(1)
        self._walk.picture("failed run")

    def without_candles(self) -> None:
        """Ask for an instrument whose candles are not stored, where no exchange answers."""
        rsi = templates.template("rsi_dip").strategy
        self._window.open_strategy(edits.set_instrument(rsi, "BTC/USDT", "binance"))
        fetch = self._walk.builder.result.fetch
        self._walk.until(fetch.isVisible)
        self._walk.picture("without candles")

    def nothing_traded(self) -> None:
        """Draw conditions that are never met."""
        rsi = templates.template("rsi_dip").strategy
        self._window.open_strategy(edits.set_param(rsi, "less_1", "value", 1.0))
        self._walk.until(self._walk.builder.result.message.isVisible)
        self._walk.picture("nothing traded")

    def everything_drawn(self) -> None:
        """Draw each template in turn."""
        for template in templates.all_templates():
            self._window.open_strategy(template.strategy)
            self._walk.until(self._walk.ran)
            self._walk.picture(f"template {template.id}")

    def busy(self) -> None:
        """Run every minute of the sample market."""
        rsi = templates.template("rsi_dip").strategy
        self._window.open_strategy(edits.set_timeframe(rsi, Timeframe.parse("1m")))
        self._walk.until(self._walk.builder.result.busy.isVisible)
        self._walk.picture("busy")
