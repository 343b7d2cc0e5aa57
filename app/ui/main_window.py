"""The window: its pages and menus, and what is remembered between starts."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QSettings, QSize, Qt
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QGuiApplication, QKeySequence
from PySide6.QtWidgets import QApplication, QMainWindow, QStackedWidget, QVBoxLayout, QWidget

from app import paths
from app.ui import look
from app.ui.banner import Banner
from app.ui.busy_strip import BusyStrip
from app.ui.drawings import Drawings
from app.ui.help.help_desk import HelpDesk
from app.ui.history.history import History
from app.ui.home import Home
from app.ui.keeper import Keeper, Kept, has_content
from app.ui.loader import Loader
from app.ui.menus import Menus
from app.ui.settings.settings_desk import SettingsDesk
from app.ui.shelf import Shelf
from app.ui.strategy_files import StrategyFiles, dropped
from app.ui.top_bar import TopBar
from app.ui.welcome import FirstSteps

if TYPE_CHECKING:
    from app.data.library.records import Draft
    from app.strategy.document import Strategy
    from app.strategy.templates import Template
    from app.ui.builder import Builder
    from app.ui.candle_desk import CandleDesk
    from app.ui.data_page import DataPage
    from app.ui.results.page import ResultsPage
    from app.ui.run_desk import OpenedRun, RunDesk
    from app.ui.run_settings import RunSettings
    from app.ui.running import Running


class MainWindow(QMainWindow):
    """Everything on the screen. What is heavy is loaded after the first paint, by `load`."""

    def __init__(self, settings: QSettings, data_folder: Path | None = None, *, crashed: bool = False) -> None:
        super().__init__()
        self.setWindowTitle("Blockbuilders")
        self.setAcceptDrops(True)
        self._settings = settings
        self._crashed = crashed
        self.theme = look.chosen(self.theme_choice())
        self.builder: Builder | None = None
        self._desk: CandleDesk | None = None
        self.data: DataPage | None = None
        self.results: ResultsPage | None = None
        self._run_desk: RunDesk | None = None
        self._running: Running | None = None
        self.shelf = Shelf(data_folder or paths.data_folder(), self)
        self.keeper = Keeper(self.shelf, self)
        self.files = StrategyFiles(self)
        self.home = Home(self.theme)
        self.pages = QStackedWidget()
        self.pages.addWidget(self.home)
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
        self._add_actions()
        self._connect()
        self._connect_home()
        self._restore_place()

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
        for action in (self._new, self._open):
            action.setEnabled(True)
        self.candles().open()
        for page, action in (("history", self._to_history), ("data", self._to_data)):
            self.bar.offer_page(page, True)
            action.setEnabled(True)

    def _library_opened(self) -> None:
        self.refresh_home()
        if not self._settings.value("welcomed", False, bool):
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
            self._running.shown.connect(self.show_run)
            self._running.said.connect(self._say_run)
            self._running.busy.connect(self.busy.say)
            self._running.idle.connect(self.busy.hide)
            self.busy.stopped.connect(self._running.stop)
        return self._running

    def _say_run(self, text: str, bad: bool, action: str, does: Callable[[], object] | None) -> None:
        self.banner.say(text, bad=bad, action=action, does=does)

    def _draw(self, strategy: Strategy) -> None:
        """Put a drawing on the canvas and show it."""
        builder = self._builder()
        self.home.draft.hide()
        self._end_welcome()
        self.first_steps.stop()
        self.banner.hide()
        builder.open(strategy)
        self.show_builder()
        builder.canvas.setFocus()

    def _follow(self, strategy: Strategy) -> None:
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
        self.home.welcome.hide()
        self._settings.setValue("welcomed", True)

    # Pages.

    def show_home(self) -> None:
        """Show the saved strategies and the templates."""
        self.show_page("home", self.home)

    def show_builder(self) -> None:
        """Show the drawing."""
        self.show_page("builder", self._builder())

    def show_data(self) -> None:
        """Show the stored candles."""
        if self.data is None:
            from app.ui.data_page import DataPage

            self.data = DataPage(self.candles(), self.theme)
            self.pages.addWidget(self.data)
        self.show_page("data", self.data)

    def show_history(self) -> None:
        """Show all runs."""
        self.show_page("history", self.history.page())
        self.history.refresh_if_stale()

    def show_results(self) -> None:
        """Show the run that was opened last."""
        self.show_page("results", self._results())

    def show_run(self, opened: OpenedRun) -> None:
        """Show a run with everything about it."""
        self._results().show_run(opened.run, opened.extras)
        self.history.show_opened(opened)
        self.show_results()
        self._results().price.setFocus()

    def _results(self) -> ResultsPage:
        if self.results is None:
            from app.ui.results.page import ResultsPage

            self.results = ResultsPage(self.theme)
            self.results.said.connect(lambda text, bad: self.banner.say(text, bad=bad))
            self.help.offer_on(self.results)
            self.pages.addWidget(self.results)
            self.history.attach(self.results)
        return self.results

    def candles(self) -> CandleDesk:
        """Return what opens, fetches and reads the stored candles of this window."""
        if self._desk is None:
            from app.ui.candle_desk import CandleDesk

            self._desk = CandleDesk(self)
        return self._desk

    def _builder(self) -> Builder:
        if self.builder is None:
            from app.ui.builder import Builder

            self.builder = Builder(self.theme, self.run_settings(), self.candles())
            self.pages.addWidget(self.builder)
            self.builder.strategy_changed.connect(self._follow)
            self.builder.result.hovered.connect(lambda bar: self.first_steps.done("point" if bar >= 0 else ""))
            self._add_versions(self.builder)
            self.menus.add_commands(self.builder.commands)
            self.builder.run_wanted.connect(self.run_drawing)
            for page, action in (("builder", self._to_builder), ("results", self._to_results)):
                self.bar.offer_page(page, True)
                action.setEnabled(True)
        return self.builder

    def _add_versions(self, builder: Builder) -> None:
        from app.ui.versions_panel import VersionsPanel

        versions = VersionsPanel(builder.editor, self.shelf, self.keeper, builder)
        versions.restored.connect(self.keeper.save)
        versions.compare_wanted.connect(self.history.compare_versions)
        builder.side.addTab(versions, self.tr("Versions"))

    def show_page(self, page: str, widget: QWidget) -> None:
        """Show a page that is in the stack."""
        self.pages.setCurrentWidget(widget)
        self.bar.show_page(page)
        drawing = widget is self.builder
        self.bar.show_drawing(drawing)
        self.menus.show_drawing(drawing)
        self.first_steps.beside(drawing)
        for action in self._drawing_actions:
            action.setEnabled(drawing)
        if drawing and self.builder is not None:
            self._show_name(self.builder.editor.strategy)
        else:
            self.setWindowTitle("Blockbuilders")

    # Files.

    def open_file(self, path: Path) -> None:
        """Draw the strategy in a file; say in a sentence what is wrong with it otherwise."""
        self.files.open(path)

    def _export(self) -> None:
        if self.builder is not None:
            self.files.export_chosen(self.builder.editor.strategy)

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

    def _add_actions(self) -> None:
        keys, menus = QKeySequence.StandardKey, self.menus
        self._new = menus.add(menus.file, self.tr("New drawing"), keys.New, self.drawings.start_new)
        self._open = menus.add(menus.file, self.tr("Open a file…"), keys.Open, self.files.open_chosen)
        menus.file.addSeparator()
        self.save_action = menus.add(menus.file, self.tr("Save"), keys.Save, self.drawings.save)
        with_note, export = QKeySequence("Ctrl+Shift+S"), QKeySequence("Ctrl+Shift+E")
        noted = menus.add(menus.file, self.tr("Save with a note…"), with_note, self.drawings.save_with_note)
        self.export_action = menus.add(menus.file, self.tr("Export the drawing…"), export, self._export)
        menus.file.addSeparator()
        self.setup.add_action()
        menus.add(menus.file, self.tr("Quit"), keys.Quit, self.close)
        self.run_action = menus.add(menus.file, self.tr("Run"), QKeySequence("Ctrl+R"), self.run_drawing)
        self._drawing_actions = (self.save_action, noted, self.export_action, self.run_action)
        for action in (self._new, self._open, *self._drawing_actions):
            action.setEnabled(False)
        menus.add(menus.view, self.tr("Home"), QKeySequence("Alt+1"), self.show_home)
        self._to_builder = menus.add(menus.view, self.tr("Builder"), QKeySequence("Alt+2"), self.show_builder)
        self._to_results = menus.add(menus.view, self.tr("Results"), QKeySequence("Alt+3"), self.show_results)
        self._to_history = menus.add(menus.view, self.tr("History"), QKeySequence("Alt+4"), self.show_history)
        self._to_data = menus.add(menus.view, self.tr("Data"), QKeySequence("Alt+5"), self.show_data)
        for action in (self._to_builder, self._to_results, self._to_history, self._to_data):
            action.setEnabled(False)
        self.help.add_action()
        menus.show_drawing(False)

    def _connect(self) -> None:
        self.shelf.opened.connect(self._library_opened)
        self.shelf.changed.connect(self.drawings.refresh)
        self.shelf.said.connect(lambda text, bad: self.banner.say(text, bad=bad))
        self.files.said.connect(lambda text, bad: self.banner.say(text, bad=bad))
        self.files.read.connect(self.drawings.open)
        self.keeper.told.connect(self._say_kept)
        self.history.said.connect(self._say_run)
        self.setup.said.connect(self._say_run)
        self.drawings.drawn.connect(self._draw)
        self.drawings.said.connect(lambda text, action, does: self.banner.say(text, action=action, does=does))
        shown = {"home": self.show_home, "builder": self.show_builder, "data": self.show_data}
        shown |= {"results": self.show_results, "history": self.show_history, "help": self.help.open}
        shown["settings"] = self.setup.open
        self.bar.page_wanted.connect(lambda page: shown[page]())
        self.bar.renamed.connect(self.drawings.rename)
        self.bar.save_wanted.connect(self.drawings.save)
        QGuiApplication.styleHints().colorSchemeChanged.connect(lambda _: self.choose_theme(self.theme_choice()))

    def _connect_home(self) -> None:
        home = self.home
        home.template_opened.connect(lambda template: self.open_strategy(template.strategy))
        home.new_wanted.connect(self._new.trigger)
        home.file_wanted.connect(self._open.trigger)
        home.draft_wanted.connect(self.drawings.go_on)
        home.saved.history_wanted.connect(self.history.show_strategy)
        home.welcome.wanted.connect(self._show_an_idea)
        home.welcome.skipped.connect(self._end_welcome)

    def choose_theme(self, choice: str) -> None:
        """Use the colours of a choice, now and after the next start."""
        self._settings.setValue("theme", choice)
        self.theme = look.chosen(choice)
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        look.apply(app, self.theme)
        self.home.set_theme(self.theme)
        if self.builder is not None:
            self.builder.set_theme(self.theme)
        self.history.set_theme()
        self.help.set_theme()
        self.setup.set_theme()
        if self.data is not None:
            self.data.set_theme(self.theme)
        if self.results is not None:
            self.results.set_theme(self.theme)

    def theme_choice(self) -> str:
        """Return which colours are chosen: "system", "light" or "dark"."""
        choice = str(self._settings.value("theme", "system"))
        return choice if choice in look.CHOICES else "system"

    def _restore_place(self) -> None:
        place = self._settings.value("place")
        if place is None or not self.restoreGeometry(place):
            screen = QGuiApplication.primaryScreen().availableSize()
            self.resize(QSize(1440, 920).boundedTo(screen * 0.94))

    def run_settings(self) -> RunSettings:
        """Return period, costs and capital of the next backtest."""
        from app.ui.run_settings import load

        return self.builder.result.run_bar.settings() if self.builder is not None else load(self._settings)

    def use_run_settings(self, run: RunSettings) -> None:
        """Use other ones from now on."""
        from app.ui.run_settings import save

        save(self._settings, run)
        if self.builder is not None:
            self.builder.result.run_bar.take(run)

    def closeEvent(self, event: QCloseEvent) -> None:
        if not self.drawings.may_close():
            event.ignore()
            return
        self._settings.setValue("place", self.saveGeometry())
        if self.builder is not None:
            from app.ui.run_settings import save

            save(self._settings, self.builder.result.run_bar.settings())
            self.builder.close_down()
        self.history.close()
        if self.results is not None:
            self.results.close_down()
        if self._run_desk is not None:
            self._run_desk.close()
        if self._desk is not None:
            self._desk.close()
        self.shelf.close()
        self._settings.sync()
        event.accept()


def _heavy() -> tuple[Template, ...]:
    import app.ui.builder  # noqa: F401 - loaded here, so that opening a template waits for nothing
    from app.strategy.templates import all_templates

    return all_templates()
