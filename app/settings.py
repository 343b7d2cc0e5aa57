"""Addresses of the sources of candles, which tests and mirrors may replace."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from difflib import get_close_matches
from pathlib import Path
from urllib.parse import urlsplit

from app import paths
from app.errors import BlockbuildersError

FILE_NAME = "settings.toml"
_PREFIX = "BLOCKBUILDERS_"
# Test exchanges answer like the real ones, with prices that nobody paid.
_PLAYGROUNDS = ("testnet", "sandbox", "demo")


class SettingsInvalid(BlockbuildersError):
    """A setting cannot be used; it has to be corrected."""


@dataclass(frozen=True)
class Settings:
    """Where each source is found: addresses without a path, tried one after the other when one serves not this place.

    Each can be set in settings.toml of the config folder (`binance = ["https://..."]`), and by an environment variable
    of that name, such as BLOCKBUILDERS_BINANCE, with commas between several.
    """

    binance: tuple[str, ...] = ("https://data-api.binance.vision", "https://api.binance.com")
    binance_archive: tuple[str, ...] = ("https://data.binance.vision",)
    coinbase: tuple[str, ...] = ("https://api.coinbase.com",)
    bybit: tuple[str, ...] = ("https://api.bybit.com",)
    okx: tuple[str, ...] = ("https://www.okx.com",)
    bitstamp: tuple[str, ...] = ("https://www.bitstamp.net",)
    kraken: tuple[str, ...] = ("https://api.kraken.com",)

    def addresses(self, source: str) -> tuple[str, ...]:
        """Return the addresses of `binance`, `binance_archive`, `coinbase` and so on."""
        found: tuple[str, ...] = getattr(self, source)
        return found


def load(environment: Mapping[str, str] | None = None, file: Path | None = None) -> Settings:
    """Return the settings of this computer: those of the environment before those of the file before the usual ones.

    Raises SettingsInvalid.
    """
    environment = os.environ if environment is None else environment
    found = _from_file(paths.config_folder() / FILE_NAME if file is None else file)
    for name in _NAMES:
        typed = environment.get(_PREFIX + name.upper(), "").strip()
        if typed:
            found[name] = tuple(part.strip() for part in typed.split(","))
    for name, addresses in found.items():
        for address in addresses:
            _check(name, address)
    return Settings(**{name: tuple(address.rstrip("/") for address in found[name]) for name in found})


_NAMES = tuple(field.name for field in fields(Settings))


def _from_file(file: Path) -> dict[str, tuple[str, ...]]:
    try:
        table = tomllib.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SettingsInvalid(f"{file.name} in the config folder cannot be read ({error}).") from None
    found: dict[str, tuple[str, ...]] = {}
    for name, value in table.items():
        if name not in _NAMES:
            near = get_close_matches(name, _NAMES, n=1)
            hint = f"did you mean {near[0]}?" if near else f"there are {', '.join(_NAMES)}."
            raise SettingsInvalid(f"{file.name} has a setting {name[:40]!r} that does not exist; {hint}")
        values = [value] if isinstance(value, str) else value
        if not isinstance(values, list) or not values or not all(isinstance(one, str) for one in values):
            raise SettingsInvalid(f'{file.name}: {name} must be an address, such as {name} = "https://example.com".')
        found[name] = tuple(values)
    return found


def _check(name: str, address: str) -> None:
    try:
        parts = urlsplit(address)
        host = parts.hostname or ""
    except ValueError:
        host = ""
    local = host in ("localhost", "127.0.0.1", "::1")
    if not host or parts.scheme not in ("https", "http") or (parts.scheme == "http" and not local):
        raise SettingsInvalid(f"The address of {name}, {address[:80]!r}, must begin with https://.")
    if any(word in host for word in _PLAYGROUNDS):
        raise SettingsInvalid(f"{host} is a test exchange: its prices were never paid. Set {name} to a real one.")
