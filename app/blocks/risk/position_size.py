"""Position size."""

from app.blocks.kind import BlockKind
from app.blocks.params import choice, number, percent

_PHRASES = {
    "percent_of_equity": "each trade uses {percent} of the equity",
    "fixed_quote": "each trade is worth {quote_amount} in the quote currency",
    "fixed_base": "each trade is for {base_amount} units of the base currency",
    "risk_percent": "each trade is sized to lose {risk} of the equity, before costs, at its first stop",
}


def _words(mode: str, **_: object) -> str:
    return _PHRASES[mode]


KIND = BlockKind(
    id="position_size",
    title="Position size",
    group="Risk",
    about="How much each trade buys or sells short. Without this block a trade uses all of the equity.",
    phrase=_words,
    params=(
        choice("mode", "percent_of_equity", tuple(_PHRASES)),
        percent("percent", 1.0, 0.001, 1.0, when=("mode", "percent_of_equity")),
        number("quote_amount", 1_000.0, 1e-8, 1e12, unit="quote currency", when=("mode", "fixed_quote")),
        number("base_amount", 1.0, 1e-12, 1e12, unit="units", when=("mode", "fixed_base")),
        percent("risk", 0.01, 0.0001, 1.0, when=("mode", "risk_percent")),
    ),
    role="position_size",
    also=("size", "amount", "quantity", "stake", "sizing", "money management"),
)
