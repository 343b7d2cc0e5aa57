from __future__ import annotations

import pytest
from PySide6.QtGui import QColor, QFontInfo, QFontMetricsF
from PySide6.QtWidgets import QApplication

from app.canvas import theme
from app.canvas.sheet_items import ground_of
from app.canvas.theme import DARK, FAMILY, LIGHT, Theme, font, prose
from app.strategy.limits import COLORS

TEXTS = ("text", "text_muted", "accent", "good", "bad", "warn")
GROUNDS = ("window", "canvas", "surface", "surface_raised", "sunken", "hover", "accent_soft")
SIGNS = ("series", "signal", "border_strong", "inputs", "indicators", "maths", "comparison", "logic", "orders", "risk")


def luminance(token: str) -> float:
    parts = [part / 255 for part in QColor(token).getRgb()[:3]]  # type: ignore[index]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: theme.name)
@pytest.mark.parametrize("ground", GROUNDS)
def test_every_text_can_be_read_on_every_ground(theme: Theme, ground: str) -> None:
    weak = {name: contrast(getattr(theme, name), getattr(theme, ground)) for name in TEXTS}
    assert {name: round(value, 2) for name, value in weak.items() if value < 4.5} == {}


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: theme.name)
def test_ports_signs_and_edges_of_fields_stand_out(theme: Theme) -> None:
    weak = {name: contrast(getattr(theme, name), ground) for name in SIGNS for ground in (theme.surface, theme.canvas)}
    assert {name: round(value, 2) for name, value in weak.items() if value < 3} == {}
    assert contrast(theme.on_accent, theme.accent) >= 4.5


def test_the_font_is_inter_in_several_weights_with_figures_of_one_width(qapp: QApplication) -> None:
    assert QFontInfo(font(13)).family() == FAMILY
    thin, bold = (QFontMetricsF(font(40, weight)).horizontalAdvance("Exit long") for weight in (400, 700))
    assert bold > thin * 1.02
    assert QFontMetricsF(font(40)).horizontalAdvance("111") == QFontMetricsF(font(40)).horizontalAdvance("888")


def test_a_hyphen_in_a_sentence_is_narrower_than_a_figure(qapp: QApplication) -> None:
    figures, sentences = QFontMetricsF(font(40)), QFontMetricsF(prose(40))
    assert sentences.horizontalAdvance("-") < 0.8 * figures.horizontalAdvance("-")
    assert sentences.horizontalAdvance("111") < sentences.horizontalAdvance("888")


def test_without_its_font_the_window_has_one_of_the_system(
    qapp: QApplication, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def missing(package: str) -> None:
        raise ModuleNotFoundError(package)

    monkeypatch.setattr(theme, "files", missing)
    monkeypatch.setattr(theme, "_load_fonts", theme._load_fonts.__wrapped__)
    assert theme.font(13).pixelSize() == 13
    assert "cannot be read" in caplog.text


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: theme.name)
@pytest.mark.parametrize("name", COLORS)
def test_words_on_frames_and_notes_of_every_colour_can_be_read(theme: Theme, name: str) -> None:
    for frame in (True, False):
        assert contrast(theme.text, ground_of(name, frame, theme).name()) >= 4.5
