"""The node editor: a view of one strategy, and the gestures that edit it."""
