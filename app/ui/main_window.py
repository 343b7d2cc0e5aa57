"""The window: home and builder, menus, and what is remembered between starts."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QSettings, QSize, Qt, QTimer
from PySide6.QtGui import QAction, QActionGroup, QCloseEvent, QDragEnterEvent, QDropEvent, QGuiApplication, QKeySequence
from PySide6.QtWidgets import (
    QApplication,
    QButtonGroup,
    QFileDialog,
    QHBoxLayout,
    QLineEdit,
    QMainWindow,
    QMenu,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app import paths
from app.errors import BlockbuildersError
from app.ui import look
from app.ui.banner import Banner
from app.ui.home import Home
from app.ui.loader import Loader
from app.ui.stand_in import StandIn

if TYPE_CHECKING:
    from app.data.draft import Draft
    from app.strategy.document import Strategy
    from app.strategy.templates import Template
    from app.ui.builder import Builder
    from app.ui.candle_desk import CandleDesk
    from app.ui.results.from_drawing import FromDrawing
    from app.ui.run_settings import RunSettings

DRAFT_AFTER_MS = 1_000
FILE_FILTER = "Blockbuilders (*.json)"


class MainWindow(QMainWindow):
    """Everything on the screen. What is heavy is loaded after the first paint, by `load`."""

    def __init__(self, settings: QSettings, data_folder: Path | None = None, *, crashed: bool = False) -> None:
        super().__init__()
        self.setWindowTitle("Blockbuilders")
        self.setAcceptDrops(True)
        self._settings = settings
        self._folder = data_folder or paths.data_folder()
        self._crashed = crashed
        self.theme = look.chosen(self._theme_choice())
        self.builder: Builder | None = None
        self._desk: CandleDesk | None = None
        self.results: FromDrawing | None = None
        self._draft: Draft | None = None
        self._kept: Strategy | None = None
        self._dirty = False
        self.choose_file: Callable[[], str] = self._ask_for_file
        self.choose_target: Callable[[str], str] = self._ask_for_target
        self.home = Home(self.theme)
        self.pages = QStackedWidget()
        self.pages.addWidget(self.home)
        self.banner = Banner()
        self._lay_out()
        self._make_menus()
        self._connect()
        self._restore_place()

    # Start.

    def load(self) -> None:
        """Load what is heavy in a thread, then fill the gallery."""
        self._loader = Loader(self)
        self._loader.done.connect(self._loaded)
        self._loader.failed.connect(self._not_loaded)
        self._loader.start(self._heavy)

    def _heavy(self) -> tuple[tuple[Template, ...], Strategy | None]:
        import app.ui.builder  # noqa: F401 - loaded here, so that opening a template waits for nothing
        from app.data.draft import Draft
        from app.strategy.templates import all_templates

        self._draft = Draft(self._folder)
        return all_templates(), self._draft.read()

    def _not_loaded(self) -> None:
        text = self.tr("The templates that come with Blockbuilders cannot be read; install it again.")
        self.banner.say(text, bad=True)

    def _loaded(self, found: tuple[tuple[Template, ...], Strategy | None]) -> None:
        templates, draft = found
        self.home.show_templates(templates)
        self._kept = draft
        if draft is not None and draft.blocks:
            self.home.draft.offer(draft.name, crashed=self._crashed)
        for action in (self._new, self._open):
            action.setEnabled(True)
        self.candles().open()

    # Drawings.

    def open_strategy(self, strategy: Strategy) -> None:
        """Draw a strategy in the builder."""
        builder = self._builder()
        builder.open(strategy)
        self.banner.hide()
        self.show_builder()
        builder.canvas.setFocus()

    def open_file(self, path: Path) -> None:
        """Draw the strategy in a file; say in a sentence what is wrong with it otherwise."""
        from app.data.strategy_file import read_strategy

        try:
            strategy = read_strategy(path)
        except BlockbuildersError as error:
            lines = str(error).splitlines()
            more = self.tr(" There are %1 problems in all.").replace("%1", str(len(lines))) if len(lines) > 1 else ""
            self.banner.say(f"{path.name[:80]}: {lines[0]}{more}", bad=True)
            return
        self.open_strategy(strategy)

    def export_file(self, path: Path) -> None:
        """Write the drawing to a file."""
        from app.data.strategy_file import write_strategy

        assert self.builder is not None
        try:
            write_strategy(path, self.builder.editor.strategy)
        except BlockbuildersError as error:
            self.banner.say(str(error), bad=True)
            return
        self.banner.say(self.tr("Exported to %1.").replace("%1", path.name))

    def show_home(self) -> None:
        """Show the page of templates."""
        self.pages.setCurrentWidget(self.home)
        self._after_page()

    def show_builder(self) -> None:
        """Show the drawing."""
        self.pages.setCurrentWidget(self._builder())
        self._after_page()

    def show_results(self) -> None:
        """Show what the drawing made, taken apart."""
        builder = self._builder()
        if self.results is None:
            from app.ui.results.from_drawing import FromDrawing

            self.results = FromDrawing(self.theme, self)
            self.results.page.said.connect(lambda text, bad: self.banner.say(text, bad=bad))
            self.pages.addWidget(self.results.page)
            renew = self.results.renew
            builder.result.shown.connect(lambda: renew(builder.result.view, builder.editor.strategy))
        self.results.open(builder.result.view, builder.editor.strategy)
        self.pages.setCurrentWidget(self.results.page)
        self._after_page()
        self.results.page.price.setFocus()

    def candles(self) -> CandleDesk:
        """Return what opens, fetches and reads the stored candles of this window."""
        if self._desk is None:
            from app.ui.candle_desk import CandleDesk

            self._desk = CandleDesk(self)
        return self._desk

    def _builder(self) -> Builder:
        if self.builder is None:
            from app.ui.builder import Builder

            self.builder = Builder(self.theme, self._run_settings(), self.candles())
            self.pages.addWidget(self.builder)
            self.builder.strategy_changed.connect(self._follow)
            self.builder.results_wanted.connect(self.show_results)
            self._add_edit_actions(self.builder)
        return self.builder

    def _follow(self, strategy: Strategy) -> None:
        self._dirty = True
        self._name.setText(strategy.name)
        self.setWindowTitle(f"{strategy.name} – Blockbuilders")
        if not self._draft_timer.isActive():
            self._draft_timer.start()

    def keep_draft(self) -> None:
        """Write the drawing to disk if it has changed since."""
        if self._dirty and self.builder is not None and self._draft is not None:
            self._dirty = not self._draft.write(self.builder.editor.strategy)

    def _rename(self) -> None:
        from app.strategy import edits

        assert self.builder is not None
        editor, text = self.builder.editor, self._name.text().strip()
        if text != editor.strategy.name:
            editor.settle()
            editor.perform(self.tr("Rename"), lambda strategy: edits.rename(strategy, text))
        self._name.setText(editor.strategy.name)

    def _start_new(self) -> None:
        from app.strategy.document import Strategy

        self.open_strategy(Strategy(self.tr("New strategy")))

    def _go_on(self) -> None:
        self.home.draft.hide()
        if self._kept is not None:
            self.open_strategy(self._kept)

    # Files.

    def _ask_for_file(self) -> str:
        return QFileDialog.getOpenFileName(self, self.tr("Open a strategy file"), "", FILE_FILTER)[0]

    def _ask_for_target(self, name: str) -> str:
        return QFileDialog.getSaveFileName(self, self.tr("Export the drawing"), name, FILE_FILTER)[0]

    def _open_chosen(self) -> None:
        if name := self.choose_file():
            self.open_file(Path(name))

    def _export_chosen(self) -> None:
        assert self.builder is not None
        words = "".join(c if c.isalnum() or c in " -_" else " " for c in self.builder.editor.strategy.name).split()
        if name := self.choose_target(f"{' '.join(words)[:60] or 'strategy'}.json"):
            self.export_file(Path(name))

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if len(_files(event)) == 1:
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        for path in _files(event):
            self.open_file(path)
        event.acceptProposedAction()

    # Window.

    def _lay_out(self) -> None:
        self._bar = QWidget()
        self._bar.setObjectName("bar")
        self._bar.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        row = QHBoxLayout(self._bar)
        row.setContentsMargins(12, 6, 12, 6)
        row.setSpacing(4)
        self._nav = QButtonGroup(self)
        for number, text in enumerate((self.tr("Home"), self.tr("Builder"), self.tr("Results"))):
            button = QToolButton()
            button.setText(text)
            button.setCheckable(True)
            button.setProperty("nav", True)
            self._nav.addButton(button, number)
            row.addWidget(button)
        self._nav.button(0).setChecked(True)
        self._name = QLineEdit()
        self._name.setObjectName("name")
        self._name.setMaxLength(120)
        self._name.setAccessibleName(self.tr("Name of the strategy"))
        self._name.setToolTip(self.tr("Click to rename"))
        self._name.setMaximumWidth(420)
        row.addSpacing(12)
        row.addWidget(self._name, 1)
        row.addStretch(1)
        middle = QWidget()
        column = QVBoxLayout(middle)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for part in (self._bar, self.banner):
            column.addWidget(part)
        column.addWidget(self.pages, 1)
        self.setCentralWidget(middle)
        for number in (1, 2):
            self._nav.button(number).setVisible(False)
        self._name.setVisible(False)

    def _make_menus(self) -> None:
        file = self.menuBar().addMenu(self.tr("&File"))
        self._new = self._action(file, self.tr("New drawing"), QKeySequence.StandardKey.New, self._start_new)
        self._open = self._action(file, self.tr("Open a file…"), QKeySequence.StandardKey.Open, self._open_chosen)
        keys = QKeySequence("Ctrl+Shift+E")
        self.export_action = self._action(file, self.tr("Export the drawing…"), keys, self._export_chosen)
        file.addSeparator()
        self._action(file, self.tr("Quit"), QKeySequence.StandardKey.Quit, self.close)
        for action in (self._new, self._open, self.export_action):
            action.setEnabled(False)
        self._edit = self.menuBar().addMenu(self.tr("&Edit"))
        self._edit.menuAction().setVisible(False)
        self._drawing_menus = [self._edit]
        self._view = view = self.menuBar().addMenu(self.tr("&View"))
        self._action(view, self.tr("Home"), QKeySequence("Alt+1"), self.show_home)
        self._to_builder = self._action(view, self.tr("Builder"), QKeySequence("Alt+2"), self.show_builder)
        self._to_results = self._action(view, self.tr("Results"), QKeySequence("Alt+3"), self.show_results)
        for action in (self._to_builder, self._to_results):
            action.setEnabled(False)
        view.addSeparator()
        self._themes = QActionGroup(self)
        names = {"system": self.tr("System colours"), "light": self.tr("Light"), "dark": self.tr("Dark")}
        for choice in look.CHOICES:
            action = view.addAction(names[choice])
            action.setCheckable(True)
            action.setChecked(choice == self._theme_choice())
            action.setData(choice)
            self._themes.addAction(action)
        self._themes.triggered.connect(lambda action: self.choose_theme(str(action.data())))

    def _action(self, menu: object, text: str, keys: object, does: Callable[[], object]) -> QAction:
        action = QAction(text, self)
        action.setShortcut(keys)  # type: ignore[call-overload]
        action.triggered.connect(lambda _=False: does())
        menu.addAction(action)  # type: ignore[attr-defined]
        return action

    def _add_edit_actions(self, builder: Builder) -> None:
        """Show the commands of the canvas in menus, each under its own heading."""
        own = {menu.title().replace("&", ""): menu for menu in (self._edit, self._view)}
        for heading, actions in builder.commands.groups.items():
            menu = own.get(heading)
            if menu is None:
                menu = QMenu(heading, self)
                self.menuBar().addMenu(menu)
                self._drawing_menus.append(menu)
            elif menu is self._view:
                menu.addSeparator()
            for action in actions:
                if not action.objectName().startswith(("go_", "nudge_")):
                    menu.addAction(StandIn(action, menu))

    def _connect(self) -> None:
        self.home.template_opened.connect(lambda template: self.open_strategy(template.strategy))
        self.home.new_wanted.connect(self._new.trigger)
        self.home.file_wanted.connect(self._open.trigger)
        self.home.draft_wanted.connect(self._go_on)
        self._nav.idClicked.connect(lambda number: (self.show_home, self.show_builder, self.show_results)[number]())
        self._name.editingFinished.connect(self._rename)
        self._draft_timer = QTimer(self, singleShot=True, interval=DRAFT_AFTER_MS)
        self._draft_timer.timeout.connect(self.keep_draft)
        QGuiApplication.styleHints().colorSchemeChanged.connect(lambda _: self.choose_theme(self._theme_choice()))

    def _after_page(self) -> None:
        drawing = self.pages.currentWidget() is self.builder
        results = self.results is not None and self.pages.currentWidget() is self.results.page
        self._nav.button(2 if results else int(drawing)).setChecked(True)
        for number in (1, 2):
            self._nav.button(number).setVisible(self.builder is not None)
        self._name.setVisible(drawing)
        for menu in self._drawing_menus:
            menu.menuAction().setVisible(drawing)
        self.export_action.setEnabled(drawing)
        for action in (self._to_builder, self._to_results):
            action.setEnabled(self.builder is not None)
        if not drawing:
            self.setWindowTitle("Blockbuilders")
        elif self.builder is not None:
            self._follow_name(self.builder.editor.strategy)

    def _follow_name(self, strategy: Strategy) -> None:
        self._name.setText(strategy.name)
        self.setWindowTitle(f"{strategy.name} – Blockbuilders")

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
        if self.results is not None:
            self.results.page.set_theme(self.theme)

    def _theme_choice(self) -> str:
        choice = str(self._settings.value("theme", "system"))
        return choice if choice in look.CHOICES else "system"

    def _restore_place(self) -> None:
        place = self._settings.value("place")
        if place is None or not self.restoreGeometry(place):
            screen = QGuiApplication.primaryScreen().availableSize()
            self.resize(QSize(1440, 920).boundedTo(screen * 0.94))

    def _run_settings(self) -> RunSettings:
        from app.ui.run_settings import load

        return load(self._settings)

    def closeEvent(self, event: QCloseEvent) -> None:
        self._settings.setValue("place", self.saveGeometry())
        if self.builder is not None:
            from app.ui.run_settings import save

            save(self._settings, self.builder.result.run_bar.settings())
            self.keep_draft()
            self.builder.close_down()
        if self.results is not None:
            self.results.page.close_down()
        if self._desk is not None:
            self._desk.close()
        self._settings.sync()
        event.accept()


def _files(event: QDropEvent) -> list[Path]:
    """Return the files on this computer that are dropped."""
    return [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
