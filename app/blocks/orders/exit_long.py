"""Exit long."""

from app.blocks.kind import BlockKind, signal

KIND = BlockKind(
    id="exit_long",
    title="Exit long",
    group="Orders",
    about="Sells what was bought, at the next bar's open.",
    phrase="sell (exit long) when {when}",
    inputs=(signal("when", optional=True),),
    role="exit_long",
    also=("sell", "close long", "leave long"),
)
