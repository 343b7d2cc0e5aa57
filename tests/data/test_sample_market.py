"""The sample market: the same everywhere, sound, lifelike, kept, and made again when what is kept is damaged."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from app import paths
from app.data import sample_market, sample_paths
from app.data.sample_market import LABEL, SAMPLES, sample_candles
from app.errors import CandlesUnavailable
from app.market.candles import Candles, flaw
from app.market.resample import derive
from app.market.timeframe import DAY_MS, MINUTE_MS, Timeframe

# A change to these means another market: raise GENERATOR_VERSION.
FINGERPRINTS = {
    "RIVER/USD": "8386b96fa191ac736d18798134d55f08f3c89d4612accc11bc82a07a5b7d2a0e",
    "HARBOR/USD": "108029b65d341922186e0628eb096c30e9e032ed8ff2aeec3303dcc3e93eb889",
    "STORM/USD": "74fb1036e38c6e0c32831bba1aa6201ae1f15ea0014b382a6644912e2b73a1d3",
}
SYMBOLS = list(FINGERPRINTS)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return an empty cache folder that is used instead of the user's own."""
    monkeypatch.setattr(paths, "cache_folder", lambda: tmp_path / "cache")
    return tmp_path / "cache"


@pytest.fixture(scope="module")
def market() -> dict[str, Candles]:
    return {
        sample.instrument.symbol: sample_market._candles(sample, sample_market._generate(sample))
        for sample in sample_market._SAMPLES
    }


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the file of one of the markets."""
    folder = tmp_path_factory.mktemp("kept")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(paths, "cache_folder", lambda: folder)
        sample_candles("STORM/USD")
    (file,) = (folder / "sample-market").iterdir()
    return file


def returns(candles: Candles, timeframe: str) -> np.ndarray:
    close = derive(candles, Timeframe.parse(timeframe)).bars.close
    return close[1:] / close[:-1] - 1.0


@pytest.mark.parametrize("symbol", SYMBOLS)
def test_the_candles_are_the_same_on_every_machine(market: dict[str, Candles], symbol: str) -> None:
    assert market[symbol].fingerprint() == FINGERPRINTS[symbol]


def test_without_the_wide_instructions_of_the_processor_it_is_the_same(tmp_path: Path) -> None:
    code = (
        "from app.data import sample_market as m\n"
        "one = m._SAMPLES[2]\n"
        "print(m._candles(one, m._generate(one)).fingerprint())"
    )
    off = "AVX2 FMA3 AVX512F AVX512CD AVX512_SKX AVX512_CLX AVX512_CNL AVX512_ICL"
    run = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code],
        env={**os.environ, "NPY_DISABLE_CPU_FEATURES": off, "PYTHONHASHSEED": "7"},
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=True,
    )
    assert run.stdout.strip() == FINGERPRINTS["STORM/USD"]


def test_random_numbers_are_those_of_splitmix64() -> None:
    # The first outputs of the reference implementation for the state that seed 1, stream 0 begin with.
    state = 1_000_004 * 0xD1342543DE82EF95 % 2**64
    expected = []
    for _ in range(5):
        state = (state + 0x9E3779B97F4A7C15) % 2**64
        z = (state ^ (state >> 30)) * 0xBF58476D1CE4E5B9 % 2**64
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB % 2**64
        expected.append(z ^ (z >> 31))
    assert sample_paths._bits(1, 0, 5).tolist() == expected
    noise = sample_paths.noise(3, 0, 100_000)
    assert abs(float(noise.mean())) < 0.02
    assert abs(float(noise.std()) - 1.0) < 0.02
    uniforms = sample_paths.uniforms(3, 1, 100_000)
    assert 0.0 <= float(uniforms.min()) < float(uniforms.max()) < 1.0


@pytest.mark.parametrize("symbol", SYMBOLS)
def test_the_candles_are_sound_two_years_of_minutes_with_a_few_missing(market: dict[str, Candles], symbol: str) -> None:
    candles = market[symbol]
    assert flaw(candles) is None
    assert candles.step_ms == MINUTE_MS
    assert str(np.datetime64(int(candles.time[0]), "ms")) == "2024-01-01T00:00:00.000"
    assert str(np.datetime64(candles.end, "ms")) == "2026-01-01T00:00:00.000"
    missing = np.diff(candles.time) // MINUTE_MS - 1
    assert 47 <= missing.max() < 60
    assert 0.0002 < missing.sum() / len(candles) < 0.001
    assert candles.volume.min() > 0


@pytest.mark.parametrize("symbol", SYMBOLS)
def test_prices_are_multiples_of_the_price_step_as_decimals(market: dict[str, Candles], symbol: str) -> None:
    step = next(instrument.price_step for instrument in SAMPLES if instrument.symbol == symbol)
    assert step is not None
    digits = len(f"{step:f}".rstrip("0").split(".")[1])
    for price in market[symbol].close[:2000].tolist():
        assert price == float(f"{price:.{digits}f}")


@pytest.mark.parametrize("symbol", SYMBOLS)
def test_the_candles_look_like_a_market(market: dict[str, Candles], symbol: str) -> None:
    candles = market[symbol]
    hourly, daily = returns(candles, "1h"), returns(candles, "1d")
    assert 0.45 < daily.std() * 365**0.5 < 0.9
    assert 0.2 < candles.close[-1] / candles.open[0] < 5
    # Volatility comes in clusters, returns themselves do not repeat from hour to hour.
    size = np.abs(hourly)
    assert np.corrcoef(size[1:], size[:-1])[0, 1] > 0.08
    assert abs(np.corrcoef(hourly[1:], hourly[:-1])[0, 1]) < 0.06
    # Large moves are more frequent than in a bell curve.
    minutes = returns(candles, "1m")
    assert ((minutes / minutes.std()) ** 4).mean() > 4
    # Volume follows the hours of the day.
    by_hour = [candles.volume[candles.time % DAY_MS // 3_600_000 == hour].mean() for hour in range(24)]
    assert by_hour[14] > 1.5 * by_hour[5]


def test_each_instrument_has_its_own_character(market: dict[str, Candles]) -> None:
    daily = {symbol: returns(candles, "1d") for symbol, candles in market.items()}
    assert daily["STORM/USD"].std() > daily["RIVER/USD"].std() > daily["HARBOR/USD"].std()
    assert market["HARBOR/USD"].high.max() / market["HARBOR/USD"].low.min() < 1.8
    assert market["RIVER/USD"].high.max() / market["RIVER/USD"].low.min() > 3
    assert np.corrcoef(daily["HARBOR/USD"][1:], daily["HARBOR/USD"][:-1])[0, 1] < -0.08


def test_first_use_keeps_the_candles_and_the_next_use_reads_them(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = sample_candles("HARBOR/USD")
    kept = list((folder / "sample-market").iterdir())
    assert [path.suffix for path in kept] == [".npy"]
    monkeypatch.setattr(sample_market, "_generate", lambda _: pytest.fail("made again"))
    assert sample_candles("HARBOR/USD").fingerprint() == first.fingerprint() == FINGERPRINTS["HARBOR/USD"]
    assert sample_candles("HARBOR/USD").close.flags.writeable


@pytest.mark.parametrize("damage", ["empty", "cut", "one bit", "text", "pickle", "another shape"])
def test_damaged_candles_are_made_again(kept: Path, folder: Path, damage: str) -> None:
    file = folder / "sample-market" / kept.name
    file.parent.mkdir(parents=True)
    shutil.copy(kept, file)
    content = bytearray(file.read_bytes())
    if damage == "empty":
        content = bytearray()
    elif damage == "cut":
        content = content[: len(content) // 2]
    elif damage == "one bit":
        content[len(content) // 2] ^= 1
    elif damage == "text":
        content = bytearray(b"hello")
    file.write_bytes(content)
    if damage == "pickle":
        np.save(file, np.array([{"a": 1}], dtype=object), allow_pickle=True)
    elif damage == "another shape":
        np.save(file, np.zeros((6, 10), np.int32))
    assert sample_candles("STORM/USD").fingerprint() == FINGERPRINTS["STORM/USD"]
    assert len(np.load(file)) > 6_000_000


def test_where_nothing_can_be_kept_the_candles_are_made_in_memory(folder: Path) -> None:
    folder.write_text("a file where the folder should be")
    assert sample_candles("STORM/USD").fingerprint() == FINGERPRINTS["STORM/USD"]
    assert folder.is_file()


def test_another_generator_does_not_use_what_this_one_has_kept(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    one = sample_market._file(sample_market._SAMPLES[0])
    monkeypatch.setattr(sample_market, "GENERATOR_VERSION", 2)
    assert sample_market._file(sample_market._SAMPLES[0]) != one


def test_an_unknown_symbol_names_the_nearest() -> None:
    with pytest.raises(CandlesUnavailable, match=f"The {LABEL} has no 'river'; did you mean RIVER/USD\\?"):
        sample_candles("river")
    with pytest.raises(CandlesUnavailable, match="has no 'BTC/USDT'"):
        sample_candles("BTC/USDT")
    assert LABEL == "synthetic sample market"
    assert [str(instrument) for instrument in SAMPLES] == [f"{symbol} (synthetic sample market)" for symbol in SYMBOLS]
