from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest
from support.candle_text import rows, table

from app.data.importing.column_names import columns_called, price_columns
from app.data.importing.columns import price_order
from app.data.importing.options import read_columns
from app.data.importing.refusal import ImportRefused

NAMES = ("open", "high", "low", "close")


def walk(count: int = 60) -> dict[str, np.ndarray]:
    """Return prices that go on from close to close."""
    random = np.random.default_rng(7)
    close = 100.0 + np.cumsum(random.normal(0.0, 0.5, count))
    open_ = np.append(100.0, close[:-1])
    high = np.maximum(open_, close) + random.uniform(0.05, 0.4, count)
    low = np.minimum(open_, close) - random.uniform(0.05, 0.4, count)
    return dict(zip(NAMES, (open_, high, low, close), strict=True))


@pytest.mark.parametrize("order", list(permutations(NAMES)))
def test_prices_in_any_order_are_told_apart(order: tuple[str, ...]) -> None:
    prices = walk()

    found = price_order([prices[name] for name in order]) or (0, 1, 2, 3)

    if order == ("close", "high", "low", "open"):
        return  # these can be candles as they are
    assert tuple(order[place] for place in found) == NAMES


def test_an_order_that_nothing_can_mend_is_left_alone() -> None:
    noise = np.random.default_rng(3).uniform(50, 100, (4, 60))

    assert price_order(list(noise)) is None
    assert price_order([np.full(5, np.nan)] * 4) is None
    assert price_order([np.empty(0)] * 4) is None


@pytest.mark.parametrize("order", [(0, 1, 2, 3), (0, 3, 1, 2), (2, 1, 0, 3)])
def test_rows_without_a_header_get_the_right_columns(tried, order: tuple[int, ...]) -> None:
    prices = [list(map(float, column)) for column in walk().values()]
    candles = [(row[0], *(prices[place][number] for place in order), 1.0) for number, row in enumerate(rows(60))]

    _, report = tried(table(candles, header=None))

    assert report.refusal is None
    for name, column in walk().items():
        assert np.array_equal(getattr(report.candles, name), column)


def test_names_that_the_prices_contradict_are_asked_about(tried) -> None:
    text = table([(r[0], r[1], r[4], r[2], r[3], r[5]) for r in rows(60)])

    proposal, _ = tried(text)
    _, mapped = tried(text, columns={"close": "high", "high": "low", "low": "close"})

    assert [question.option for question in proposal.questions] == ["--map"]
    assert "--map open=open,high=low,low=close,close=high" in proposal.questions[0].text
    assert mapped.candles.close.tolist() == [row[4] for row in rows(60)]


def test_prices_that_contradict_what_was_typed_stay_so_and_what_would_fit_is_said(tried) -> None:
    text = "\n".join(f"{row[0]},{row[1]},{row[4]},{row[2]},{row[3]}" for row in rows(60))

    proposal, report = tried(text, columns={"open": "2"})

    assert proposal.notes[0].endswith("; --map open=2,high=4,low=5,close=3 would fit.")
    assert proposal.columns["high"] == "3"
    assert report.refusal


def test_the_trader_may_name_columns_or_number_them(tried) -> None:
    lines = [f"{row[5]};{row[4]};{row[3]};{row[2]};{row[1]};{row[0]}" for row in rows(60)]
    text = "\n".join(["vol;last;bottom;top;first;when", *lines])

    for columns in (
        {"time": "when", "open": "First", "high": "top", "low": "bottom", "close": "last", "volume": "vol"},
        {"time": "6", "open": "5", "high": "4", "low": "3", "close": "2", "volume": "1"},
    ):
        proposal, report = tried(text, columns=columns)

        assert report.candles.close.tolist() == [row[4] for row in rows(60)]
        assert report.candles.volume.tolist() == [row[5] for row in rows(60)]
        assert proposal.columns["volume"] == "vol"
    assert tried(text, columns={**columns, "volume": "none"})[0].volume == "none"


@pytest.mark.parametrize(
    ("columns", "words"),
    [
        ({"time": "wen"}, "has no column 'wen' for time; it has time, open"),
        ({"open": "99"}, "has no column '99' for open"),
        ({"opn": "open"}, "has no part 'opn' to map; did you mean open"),
        ({"open": "close"}, "two prices from one column"),
        ({"time": "open"}, "no times that can be read in the column for time: 4100"),
    ],
)
def test_columns_that_cannot_be_meant_are_refused_in_words(tried, columns: dict[str, str], words: str) -> None:
    with pytest.raises(ImportRefused, match=words):
        tried(table(rows(30)), columns=columns)


def test_a_table_without_times_or_prices_says_what_to_name(tried) -> None:
    with pytest.raises(ImportRefused, match="no column of times that can be read; name it with --map time=COLUMN"):
        tried("\n".join(f"{n}.5,{n}.6,{n}.4,{n}.5,7" for n in range(100, 130)))
    with pytest.raises(ImportRefused, match="no four columns that look like open, high, low and close"):
        tried("\n".join(f"{row[0]},1,1000,7,90000,2" for row in rows(30)))


def test_columns_typed_as_text_are_read() -> None:
    assert read_columns("time=Date+Time, Open = o") == {"time": "Date+Time", "open": "o"}
    for wrong in ("", "time", "time=", "=x", "time=a,,open=b"):
        with pytest.raises(ImportRefused, match="--map is written like"):
            read_columns(wrong)


def test_the_volume_of_the_base_currency_comes_before_that_in_money() -> None:
    assert columns_called(["Volume USD", "Volume BTC"], "volume") == [1, 0]
    assert columns_called(["volume", "Volume MA"], "volume") == [0]
    assert columns_called(["VOL", "TICKVOL"], "volume") == [1, 0]


@pytest.mark.parametrize(
    "names",
    [
        "Date,Open,High,Low,Close,Adj Close,Volume",
        "<DTYYYYMMDD>,<TIME>,<OPEN>,<HIGH>,<LOW>,<CLOSE>,<VOL>",
        "Datum;Erster;Hoch;Tief;Schlusskurs;Stück",
        "Fecha;Apertura;Máximo;Mínimo;Cierre;Volumen",
        "Дата;Открытие;Максимум;Минимум;Закрытие;Объём",
        "Date,Price,Open,High,Low,Vol.,Change %",
        "t,o,h,l,c,v",
    ],
)
def test_names_in_other_languages_and_programs_are_known(names: str) -> None:
    listed = names.replace(";", ",").split(",")

    assert price_columns(listed) is not None
    assert columns_called(listed, "time")
    assert columns_called(listed, "volume")
