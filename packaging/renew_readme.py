"""Put what a first start shows into README.md, down to where the assumptions begin."""

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[1]
LAST = "Taken for granted"


def first_start() -> str:
    """Return what the app shows without arguments on a screen of 80 columns."""
    with tempfile.TemporaryDirectory() as cache:
        environment = {**os.environ, "COLUMNS": "80", "NO_COLOR": "1", "XDG_CACHE_HOME": cache}
        command = [sys.executable, "-m", "app", "example"]
        return subprocess.check_output(command, cwd=ROOT, env=environment, encoding="utf-8")


readme = ROOT / "README.md"
lines = [line.rstrip() for line in first_start().split(f"\n{LAST}\n")[0].splitlines()]
text = "\n".join(["```text", *lines, "…", "```"])
readme.write_text(re.sub(r"```text\n.*?```", lambda _: text, readme.read_text(), count=1, flags=re.DOTALL))
