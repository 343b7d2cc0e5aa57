"""Addresses of the sources of candles."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.settings import Settings, SettingsInvalid, load


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "settings.toml"


def test_without_a_file_and_variables_the_usual_addresses_hold(file: Path) -> None:
    assert load({}, file) == Settings()


def test_a_file_replaces_an_address_and_the_environment_replaces_the_file(file: Path) -> None:
    file.write_text('binance = ["https://a.example/", "https://b.example"]\nkraken = "https://k.example"\n')
    found = load({"BLOCKBUILDERS_KRAKEN": "http://127.0.0.1:8765, https://c.example"}, file)
    assert found.addresses("binance") == ("https://a.example", "https://b.example")
    assert found.kraken == ("http://127.0.0.1:8765", "https://c.example")
    assert found.okx == Settings().okx


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('binence = "https://a.example"', "did you mean binance"),
        ("binance = 5", "must be an address"),
        ("binance = []", "must be an address"),
        ("binance = ", "cannot be read"),
        ('binance = "a.example"', "must begin with https"),
        ('binance = "http://a.example"', "must begin with https"),
        ('binance = "https://[a"', "must begin with https"),
        ('binance = "https://testnet.binance.vision"', "is a test exchange"),
    ],
)
def test_a_setting_that_cannot_be_used_is_named(file: Path, text: str, message: str) -> None:
    file.write_text(text)
    with pytest.raises(SettingsInvalid, match=message):
        load({}, file)
