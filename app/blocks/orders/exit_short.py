"""Exit short."""

from app.blocks.kind import BlockKind, signal

KIND = BlockKind(
    id="exit_short",
    title="Exit short",
    group="Orders",
    about="Buys back what was sold short, at the next bar's open.",
    phrase="buy back (exit short) when {when}",
    inputs=(signal("when", optional=True),),
    role="exit_short",
    also=("cover", "buy to cover", "close short", "leave short"),
)
