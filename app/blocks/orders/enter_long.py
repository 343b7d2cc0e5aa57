"""Enter long."""

from app.blocks.kind import BlockKind, signal

KIND = BlockKind(
    id="enter_long",
    title="Enter long",
    group="Orders",
    about="Buys at the next bar's open, to earn when the price rises. A short position is closed first.",
    phrase="buy (enter long) when {when}",
    inputs=(signal("when", optional=True),),
    role="enter_long",
    also=("buy", "open long", "go long", "bullish"),
)
