"""Where the app keeps things on this computer."""

from __future__ import annotations

from pathlib import Path

import platformdirs


def cache_folder() -> Path:
    """Return the folder for what can be deleted at any time and made again. It need not exist yet."""
    return platformdirs.user_cache_path("blockbuilders", appauthor=False)


def config_folder() -> Path:
    """Return the folder for settings that a person writes. It need not exist."""
    return platformdirs.user_config_path("blockbuilders", appauthor=False)


def data_folder() -> Path:
    """Return the folder for what belongs to the trader and exists nowhere else. It need not exist yet."""
    return platformdirs.user_data_path("blockbuilders", appauthor=False)
