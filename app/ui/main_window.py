"""The window: its parts, and what each of them tells the others."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QSettings, Qt
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QGuiApplication
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app import paths
from app.ui import look
from app.ui.banner import Banner
from app.ui.busy_strip import BusyStrip
from app.ui.drawings import Drawings
from app.ui.entries import Entries
from app.ui.help.help_desk import HelpDesk
from app.ui.history.history import History
from app.ui.keeper import Keeper, Kept, has_content
from app.ui.keyboard_window import KeyboardWindow
from app.ui.loader import Loader
from app.ui.memory import Memory
from app.ui.menus import Menus
from app.ui.pages import Pages
from app.ui.settings.settings_desk import SettingsDesk
from app.ui.shelf import Shelf
from app.ui.strategy_files import StrategyFiles, dropped
from app.ui.top_bar import TopBar
from app.ui.welcome import FirstSteps

if TYPE_CHECKING:
    from app.data.library.records import Draft, RunOverview
    from app.strategy.document import Strategy
    from app.strategy.templates import Template
    from app.ui.builder import Builder
    from app.ui.candle_desk import CandleDesk
    from app.ui.data_page import DataPage
    from app.ui.results.page import ResultsPage
    from app.ui.run_desk import OpenedRun, RunDesk
    from app.ui.run_settings import RunSettings
    from app.ui.running import Running


class MainWindow(KeyboardWindow):
    """Everything on the screen. What is heavy is loaded after the first paint, by `load`."""

    def __init__(self, settings: QSettings, data_folder: Path | None = None, *, crashed: bool = False) -> None:
        super().__init__()
        self.setWindowTitle("Blockbuilders")
        self.setAcceptDrops(True)
        self.memory = Memory(settings)
        self._crashed = crashed
        self.theme = look.chosen(self.theme_choice())
        self._desk: CandleDesk | None = None
        self._run_desk: RunDesk | None = None
        self._running: Running | None = None
        self.shelf = Shelf(data_folder or paths.data_folder(), self)
        self.keeper = Keeper(self.shelf, self)
        self.files = StrategyFiles(self)
        self.pages = Pages(self)
        self.home = self.pages.home
        self.banner = Banner()
        self.first_steps = FirstSteps()
        self.busy = BusyStrip()
        self.bar = TopBar()
        self.drawings = Drawings(self)
        self.history = History(self)
        self.menus = Menus(self, self.theme_choice(), self.choose_theme)
        self._lay_out()
        self.help = HelpDesk(self)
        self.setup = SettingsDesk(self)
        self.entries = Entries(self)
        self._connect()
        self._connect_home()
        self.memory.put_in_place(self)

    @property
    def builder(self) -> Builder | None:
        """The page with the drawing, once there has been one."""
        return self.pages.builder

    @property
    def data(self) -> DataPage | None:
        """The page of stored candles, once it has been wanted."""
        return self.pages.data

    @property
    def results(self) -> ResultsPage | None:
        """The page of the run that was opened last, once it has been wanted."""
        return self.pages.results

    # Start.

    def load(self) -> None:
        """Load what is heavy in threads, then fill Home."""
        self.shelf.open()
        # Asked before anything else, so that no newer draft has taken its place.
        self.shelf.ask(lambda library: library.drafts.read(), self._offer_draft, lambda _: None)
        self._loader = Loader(self)
        self._loader.done.connect(self._loaded)
        self._loader.failed.connect(self._not_loaded)
        self._loader.start(_heavy)

    def _not_loaded(self) -> None:
        text = self.tr("The templates that come with Blockbuilders cannot be read; install it again.")
        self.banner.say(text, bad=True)

    def _loaded(self, templates: tuple[Template, ...]) -> None:
        self.home.show_templates(templates)
        self.entries.offer_drawings()
        self.candles().open()
        self.entries.offer_pages("history", "data")

    def _library_opened(self) -> None:
        self.refresh_home()
        if not self.memory.welcomed:
            self.shelf.ask(lambda library: not library.strategies.all(), self.home.welcome.setVisible)

    def _offer_draft(self, draft: Draft | None) -> None:
        if draft is None or not has_content(draft.strategy):
            return
        self.keeper.offer(draft)
        if self.keeper.drawing is None:
            self.home.draft.offer(draft.strategy.name, crashed=self._crashed)

    def come_forward(self) -> None:
        """Stand before all other windows, as far as the system allows it."""
        self.setWindowState(self.windowState() & ~Qt.WindowState.WindowMinimized)
        self.show()
        self.raise_()
        self.activateWindow()

    # Drawings.

    def open_strategy(self, strategy: Strategy) -> None:
        """Draw a strategy that is not among the saved ones."""
        self.drawings.open(strategy)

    def keep_draft(self) -> None:
        """Write the drawing to disk if it has changed since."""
        self.keeper.keep_draft()

    def refresh_home(self) -> None:
        """Show the saved strategies as they are now."""
        self.drawings.refresh()

    def run_drawing(self) -> None:
        """Run the drawing, keep the result, and show it."""
        self.running().run()

    def running(self) -> Running:
        """Return what does and opens kept runs."""
        if self._running is None:
            from app.ui.run_desk import RunDesk
            from app.ui.running import Running

            self._run_desk = RunDesk(self.shelf, self.candles().store, self)
            self._running = Running(self, self._run_desk)
            self._running.glanced.connect(self.show_glance)
            self._running.shown.connect(self.show_run)
            self._running.unreadable.connect(self._show_unreadable)
            self._running.said.connect(self.say)
            self._running.busy.connect(self.busy.say)
            self._running.idle.connect(self.busy.hide)
            self.busy.stopped.connect(self._running.stop)
        return self._running

    def say(self, text: str, bad: bool, action: str = "", does: Callable[[], object] | None = None) -> None:
        """Say a sentence across the window, with a button that acts on it where it has a name."""
        self.banner.say(text, bad=bad, action=action, does=does)

    def _draw(self, strategy: Strategy) -> None:
        """Put a drawing on the canvas and show it."""
        builder = self.pages.builder_page()
        self.home.draft.hide()
        self._end_welcome()
        self.first_steps.stop()
        self.banner.hide()
        builder.open(strategy)
        self.show_builder()

    def follow(self, strategy: Strategy) -> None:
        """Take note of a change of the drawing."""
        if strategy != self.keeper.drawing:
            self.first_steps.done("change")
        self.keeper.follow(strategy)
        self._show_name(strategy)

    def _show_name(self, strategy: Strategy) -> None:
        self.bar.name.setText(strategy.name)
        self.setWindowTitle(f"{strategy.name} – Blockbuilders")

    def _say_kept(self, kept: Kept) -> None:
        number = str(kept.revision.number) if kept.revision else ""
        texts = {
            "untouched": "",
            "changed": self.tr("Not saved"),
            "saving": self.tr("Saving…"),
            "saved": self.tr("Saved as version %1").replace("%1", number),
        }
        if kept.state == "saved" and kept.revision is not None:
            self.first_steps.done("save")
        self.bar.say_state(texts[kept.state], unsaved=kept.state in ("changed", "untouched"))

    def _show_an_idea(self) -> None:
        """End the welcome in a template that runs, with things to try beside it."""
        from app.strategy import templates

        self.open_strategy(templates.template("rsi_dip").strategy)
        self.first_steps.begin()

    def _end_welcome(self) -> None:
        self.home.end_welcome()
        self.memory.welcomed = True

    # Pages.

    def show_home(self) -> None:
        """Show the saved strategies and the templates."""
        self.show_page("home", self.home)

    def show_builder(self) -> None:
        """Show the drawing."""
        self.show_page("builder", self.pages.builder_page())

    def show_data(self) -> None:
        """Show the stored candles."""
        self.show_page("data", self.pages.data_page())

    def show_history(self) -> None:
        """Show all runs."""
        self.show_page("history", self.history.page())
        self.history.refresh_if_stale()

    def show_results(self) -> None:
        """Show the run that was opened last."""
        self.show_page("results", self.pages.results_page())

    def show_glance(self, run: RunOverview) -> None:
        """Show what is known of a run before its bars are read."""
        results = self.pages.results_page()
        results.show_glance(run, run.bars, run.quality)
        self.history.show_glance(run.summary)
        self.show_results()
        results.price.setFocus()

    def show_run(self, opened: OpenedRun) -> None:
        """Show all of the run that has been shown at a glance."""
        self.pages.results_page().show_rest(opened.run, opened.extras)
        self.history.show_opened(opened)

    def _show_unreadable(self, run_id: int, reason: str) -> None:
        if self.history.shown_run == run_id:
            self.pages.results_page().show_unreadable(reason)

    def candles(self) -> CandleDesk:
        """Return what opens, fetches and reads the stored candles of this window."""
        if self._desk is None:
            from app.ui.candle_desk import CandleDesk

            self._desk = CandleDesk(self)
        return self._desk

    def show_page(self, page: str, widget: QWidget) -> None:
        """Show a page that is in the stack."""
        self.pages.setCurrentWidget(widget)
        self.bar.show_page(page)
        drawing = widget is self.builder
        self.bar.show_drawing(drawing)
        self.entries.show_drawing(drawing)
        self.first_steps.beside(drawing)
        if drawing and self.builder is not None:
            self._show_name(self.builder.editor.strategy)
        else:
            self.setWindowTitle("Blockbuilders")

    # Files.

    def open_file(self, path: Path) -> None:
        """Draw the strategy in a file; say in a sentence what is wrong with it otherwise."""
        self.files.open(path)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if len(dropped(event)) == 1:
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        for path in dropped(event):
            self.open_file(path)
        event.acceptProposedAction()

    # Window.

    def _lay_out(self) -> None:
        self.bar.add_page("home", self.tr("Home"))
        self.bar.add_page("builder", self.tr("Builder"))
        self.bar.add_page("results", self.tr("Results"))
        self.bar.add_page("history", self.tr("History"))
        self.bar.add_page("data", self.tr("Data"))
        self.bar.show_page("home")
        for page in ("builder", "results", "history", "data"):
            self.bar.offer_page(page, False)
        middle = QWidget()
        column = QVBoxLayout(middle)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for part in (self.bar, self.banner, self.busy, self.first_steps):
            column.addWidget(part)
        column.addWidget(self.pages, 1)
        self.setCentralWidget(middle)

    def _connect(self) -> None:
        self.shelf.opened.connect(self._library_opened)
        self.shelf.changed.connect(self.drawings.refresh)
        self.shelf.said.connect(self.say)
        self.files.said.connect(self.say)
        self.files.read.connect(self.drawings.open)
        self.keeper.told.connect(self._say_kept)
        self.history.said.connect(self.say)
        self.setup.said.connect(self.say)
        self.drawings.drawn.connect(self._draw)
        self.drawings.said.connect(lambda text, action, does: self.banner.say(text, action=action, does=does))
        shown = {"home": self.show_home, "builder": self.show_builder, "data": self.show_data}
        shown |= {"results": self.show_results, "history": self.show_history, "help": self.help.open}
        shown["settings"] = self.setup.open
        self.bar.page_wanted.connect(lambda page: shown[page]())
        self.bar.renamed.connect(self.drawings.rename)
        self.bar.save_wanted.connect(self.drawings.save)
        QGuiApplication.styleHints().colorSchemeChanged.connect(self._follow_the_system)

    def _connect_home(self) -> None:
        home = self.home
        home.template_opened.connect(lambda template: self.open_strategy(template.strategy))
        home.new_wanted.connect(self.entries.new.trigger)
        home.file_wanted.connect(self.entries.open.trigger)
        home.draft_wanted.connect(self.drawings.go_on)
        home.saved.history_wanted.connect(self.history.show_strategy)
        home.welcome.wanted.connect(self._show_an_idea)
        home.welcome.skipped.connect(self._end_welcome)

    def choose_theme(self, choice: str) -> None:
        """Use the colours of a choice, now and after the next start."""
        self.memory.theme = choice
        self.theme = look.chosen(choice)
        look.apply(self, self.theme)
        self.pages.set_theme()

    def _follow_the_system(self) -> None:
        self.choose_theme(self.theme_choice())

    def theme_choice(self) -> str:
        """Return which colours are chosen: "system", "light" or "dark"."""
        return self.memory.theme

    def run_settings(self) -> RunSettings:
        """Return period, costs and capital of the next backtest."""
        return self.builder.result.run_bar.settings() if self.builder is not None else self.memory.run

    def use_run_settings(self, run: RunSettings) -> None:
        """Use other ones from now on."""
        self.memory.run = run
        if self.builder is not None:
            self.builder.result.run_bar.take(run)

    def closeEvent(self, event: QCloseEvent) -> None:
        if not self.drawings.may_close():
            event.ignore()
            return
        if self.builder is not None:
            self.memory.run = self.run_settings()
        self.memory.keep_place(self)
        self.pages.close_down()
        self.history.close()
        for desk in (self._run_desk, self._desk):
            if desk is not None:
                desk.close()
        self.shelf.close()
        event.accept()


def _heavy() -> tuple[Template, ...]:
    # Loaded here, so that opening a template, the history or a run waits for nothing.
    import app.ui.builder
    import app.ui.history.history_page
    import app.ui.results.page
    import app.ui.running  # noqa: F401
    from app.strategy.templates import all_templates

    return all_templates()
