"""What the tests of the import share: samples from other programs, small files of their own, a cache to import into."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from support.importing_now import NOW

from app.data.candle_cache import CandleCache
from app.data.importing.dry_run import dry_run
from app.data.importing.options import Options
from app.data.importing.originals import Originals
from app.data.importing.proposal import Proposal, propose
from app.data.importing.report import Report
from app.data.importing.storing import Shelf

Try = Callable[..., tuple[Proposal, Report]]


@pytest.fixture
def samples(shared_data: Path) -> Path:
    """Return the folder with samples of the layouts that people import."""
    return shared_data / "import_samples"


@pytest.fixture
def shelf(tmp_path: Path) -> Iterator[Shelf]:
    """Give an empty cache and an empty folder for original files."""
    with CandleCache.open(tmp_path / "cache" / "candles.duckdb", now_ms=NOW) as cache:
        yield Shelf(cache, Originals(tmp_path / "imports"))


@pytest.fixture
def tried(tmp_path: Path) -> Try:
    """Give what writes a file and tries to import it; the options are those of `Options`."""

    def write_and_try(content: str | bytes, file: str = "BTCUSD.csv", **options: object) -> tuple[Proposal, Report]:
        path = tmp_path / file
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        proposal = propose(path, Options(**options))  # type: ignore[arg-type]
        return proposal, dry_run(proposal, now_ms=NOW)

    return write_and_try
