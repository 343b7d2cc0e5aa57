"""Enter short."""

from app.blocks.kind import BlockKind, signal

KIND = BlockKind(
    id="enter_short",
    title="Enter short",
    group="Orders",
    about="Sells short at the next bar's open, to earn when the price falls. A long position is closed first.",
    phrase="sell short (enter short) when {when}",
    inputs=(signal("when", optional=True),),
    role="enter_short",
    also=("sell short", "open short", "go short", "bearish"),
)
