"""Everything that can be placed on the canvas, one file per block."""
