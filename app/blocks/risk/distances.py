"""How far a protective exit stands away: in percent, as a price distance, or as a multiple of ATR (rule 11)."""

from collections.abc import Callable

from app.blocks.params import Param, choice, number, percent, whole


def distance_params(part: float, multiple: float, largest_part: float) -> tuple[Param, ...]:
    """Return the params of a protective exit, with these defaults for the percentage and the multiple of ATR."""
    return (
        choice("mode", "percent", ("percent", "price", "atr")),
        percent("percent", part, 0.0001, largest_part, when=("mode", "percent")),
        number("distance", 100.0, 1e-12, 1e12, unit="price", when=("mode", "price")),
        number("multiple", multiple, 0.1, 100.0, unit="x ATR", when=("mode", "atr")),
        whole("period", 14, 2, 500, unit="bars", when=("mode", "atr")),
    )


def distance_words(before: str, after: str) -> Callable[..., str]:
    """Return the phrase of a protective exit by its mode: the words before the distance and those after it."""
    distances = {
        "percent": "{percent}",
        "price": "{distance} in price",
        "atr": "{multiple} x the {period}-bar ATR",
    }

    def words(mode: str, **_: object) -> str:
        return f"{before} {distances[mode]} {after}"

    return words


def settling_bars(mode: str, period: int, **_: object) -> int:
    """Return how many bars the ATR of a protective exit needs to settle (rule 6), 0 without one."""
    return 10 * period if mode == "atr" else 0
