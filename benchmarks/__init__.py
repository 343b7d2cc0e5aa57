"""How fast the engine is, next to other backtesters and to hand-written loops. README.md says how to run it."""
