"""Drawings to start from: ideas that traders know by name, each with the market in which it fails."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from app.errors import BlockbuildersError
from app.strategy import codec
from app.strategy.document import Strategy
from app.strategy.wording import Nearest, quoted


@dataclass(frozen=True)
class Template:
    """A drawing to start from. `idea` and `fails_when` are one sentence each."""

    id: str
    title: str
    idea: str
    fails_when: str
    strategy: Strategy


BASELINE = "buy_and_hold"


class TemplateUnknown(BlockbuildersError):
    """No template has this id; another one is needed."""


@cache
def all_templates() -> tuple[Template, ...]:
    """Return every template: ideas by title, then buy-and-hold, the baseline that each of them has to beat."""
    files = [_read(path.read_text("utf-8")) for path in sorted(_folder().glob("*.json"))]
    return tuple(sorted(files, key=lambda each: (each.id == BASELINE, each.title)))


def template(template_id: str) -> Template:
    """Return the template with this id; raises TemplateUnknown, with the nearest one, when there is none."""
    found = {each.id: each for each in all_templates()}
    if template_id not in found:
        hint = Nearest().hint("template", template_id, found) or f" There are {', '.join(found)}."
        raise TemplateUnknown(f"There is no template called {quoted(template_id)}.{hint}")
    return found[template_id]


def _read(text: str) -> Template:
    parts = json.loads(text)
    strategy = codec.read(json.dumps(parts["strategy"]))
    return Template(parts["id"], parts["title"], parts["idea"], parts["fails_when"], strategy)


def _folder() -> Path:
    """Return the folder of the templates: in the package where it is installed, beside it in a checkout."""
    package = Path(__file__).parents[1]
    installed = package / "resources" / "templates"
    return installed if installed.is_dir() else package.parent / "resources" / "templates"
