"""What a document is made of, in pydantic's terms."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError


class _Model(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid")


class DocumentModel(_Model):
    """The outermost object. Blocks, wires and places are looked at one by one, with the models below."""

    format: int
    name: str
    symbol: str
    exchange: str
    timeframe: str
    note: str = ""
    blocks: list[Any]
    wires: list[Any]
    layout: dict[str, Any] = {}
    frames: list[Any] = []
    notes: list[Any] = []
    reroutes: list[Any] = []
    dials: list[Any] = []


class BlockModel(_Model):
    """One entry of `blocks`. The values of params are for the kind to judge."""

    id: str
    kind: str
    params: dict[str, Any] = {}
    muted: bool = False
    collapsed: bool = False


class WireModel(_Model):
    """One entry of `wires`."""

    source: str = Field(alias="from")
    target: str = Field(alias="to")


Pair = Annotated[list[float], Field(min_length=2, max_length=2)]


class PlaceModel(_Model):
    """One position in `layout`."""

    place: Pair


class FrameModel(_Model):
    """One entry of `frames`."""

    id: str
    title: str = ""
    color: str = "grey"
    at: Pair
    size: Pair


class NoteModel(_Model):
    """One entry of `notes`."""

    id: str
    text: str
    color: str = "yellow"
    at: Pair
    size: Pair


class RerouteModel(_Model):
    """One entry of `reroutes`."""

    source: str = Field(alias="from")
    target: str = Field(alias="to")
    points: list[Pair]


def flaws(model: type[BaseModel], value: object) -> list[tuple[str, str]]:
    """Return pydantic's error type and the first field concerned ("" for the whole) for each misfit of `value`."""
    try:
        _ADAPTERS[model].validate_python(value)
    except ValidationError as error:
        found = error.errors(include_url=False, include_context=False, include_input=False)
        return [(each["type"], str(each["loc"][0]) if each["loc"] else "") for each in found]
    return []


def fields(model: type[BaseModel]) -> list[str]:
    """Return the names that the model has in a document."""
    return [field.alias or name for name, field in model.model_fields.items()]


_ADAPTERS: Mapping[type[BaseModel], TypeAdapter[Any]] = {
    model: TypeAdapter(model)
    for model in (DocumentModel, BlockModel, WireModel, PlaceModel, FrameModel, NoteModel, RerouteModel)
}
