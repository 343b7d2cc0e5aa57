"""Draw the pictures of the README anew: the window's main states, on the sample market, without a screen."""

import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).parents[1]
PICTURES = ROOT / "docs" / "pictures"
SIZE = (1440, 900)
PATIENCE = 60.0
# Run one after the other, so that the list on Home has something to tell; the last one is taken apart.
TEMPLATES = ("golden_cross", "donchian_breakout", "macd_momentum", "rsi_long_short", "rsi_dip")

own = tempfile.TemporaryDirectory()
for name in ("XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME"):
    os.environ[name] = str(Path(own.name) / name.lower())
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("QT_LOGGING_RULES", "qt.qpa.*=false;default.warning=false")
sys.path.insert(0, str(ROOT))

from PySide6.QtCore import QLocale, QSettings  # noqa: E402 - after the settings that it reads
from PySide6.QtGui import QImage  # noqa: E402
from PySide6.QtTest import QTest  # noqa: E402

from app import desktop  # noqa: E402
from app.engine.position import EXIT_REASONS  # noqa: E402
from app.strategy import templates  # noqa: E402
from app.ui import look  # noqa: E402
from app.ui.garbage import Collector  # noqa: E402
from app.ui.main_window import MainWindow  # noqa: E402


def until(done: Callable[[], object]) -> None:
    """Wait for something to be true."""
    end = time.monotonic() + PATIENCE
    while not done():
        if time.monotonic() > end:
            raise SystemExit("The window did not get there in time.")
        QTest.qWait(20)


def keep(window: MainWindow, name: str) -> None:
    """Save a picture of the window, in as many colours as it needs and not more."""
    QTest.qWait(400)
    image = window.grab().toImage().convertToFormat(QImage.Format.Format_RGB888)
    image.save(str(PICTURES / f"{name}.png"), "PNG", 0)


def run_templates(window: MainWindow) -> None:
    """Save and run the templates, and leave the page with the last result."""
    for template_id in TEMPLATES:
        window.open_strategy(templates.template(template_id).strategy)
        shown: list[object] = []
        window.running().shown.connect(shown.append)
        window.run_drawing()
        until(lambda: shown)  # noqa: B023 - waited for before the next round


def ask_why(window: MainWindow) -> None:
    """Ask why the last trade that ended at a stop did."""
    page = window.results
    assert page is not None
    until(lambda: page.values is not None and page.complete)
    assert page.run is not None
    reasons = [EXIT_REASONS[number] for number in page.run.trades["exit_reason"].tolist()]
    page.ask_trade(len(reasons) - 1 - reasons[::-1].index("stop_loss"))


def draw(window: MainWindow) -> None:
    """Go through the states, and keep a picture of each."""
    until(lambda: window.home.gallery.cards)
    run_templates(window)
    window.show_home()
    until(lambda: len(window.home.saved.rows) == len(TEMPLATES))
    window.setFocus()
    keep(window, "home")
    window.show_results()
    ask_why(window)
    keep(window, "results")
    window.show_builder()
    builder = window.builder
    assert builder is not None
    builder.canvas.fit()
    builder.editor.select({"less_1"})
    builder.result.bars.point_at(4_100)
    keep(window, "builder-light")
    window.choose_theme("dark")
    builder.result.bars.point_at(4_100)
    keep(window, "builder-dark")


def main() -> None:
    """Open the window, draw, and close it."""
    QLocale.setDefault(QLocale.c())
    _app = desktop.make_application(["blockbuilders"])
    settings = QSettings(str(Path(own.name) / "window.ini"), QSettings.Format.IniFormat)
    settings.setValue("theme", "light")
    settings.setValue("welcomed", True)
    window = MainWindow(settings, Path(own.name) / "records")
    look.apply(window, window.theme)
    window.resize(*SIZE)
    window.show()
    window.load()
    collector = Collector()
    draw(window)
    window.close()
    collector.stop()


if __name__ == "__main__":
    main()
