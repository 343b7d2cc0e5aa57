"""The window: home, builder, charts, and the bridge to work in the background."""
