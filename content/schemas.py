"""JSON Schemas of the files of knowledge, made from the models that read them: editors check and complete by them."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from content.asking.intents import Group
from content.guide import Fact, Guide, Shelf, Source
from content.local import Override
from content.procedure import Clarify, Procedure, Waiver

FOLDER = "schemas"
FILES: Mapping[str, tuple[type[BaseModel], str]] = {
    "guide": (Guide, "guides/*.yaml"), "procedure": (Procedure, "procedures/*.yaml"),
    "intents": (Group, "intents/*.yaml"), "override": (Override, "overrides/*.yaml"),
}  # fmt: skip
"""The models with a file of their own for each record, and those files."""
LISTS: Mapping[str, tuple[type[BaseModel], str]] = {
    "clarify": (Clarify, "clarify.yaml"), "waivers": (Waiver, "waivers.yaml"), "facts": (Fact, "facts.yaml"),
    "sources": (Source, "sources.yaml"), "menu": (Shelf, "menu.yaml"),
}  # fmt: skip
"""The models of which one file is a list."""


def schemas() -> dict[str, dict[str, Any]]:
    """The schema of every kind of file, by its name."""
    made = {name: _schema(model) for name, (model, _) in FILES.items()}
    return made | {name: _list(_schema(model)) for name, (model, _) in LISTS.items()}


def write(folder: Path) -> list[Path]:
    """Writes them as `<name>.json`; returns where."""
    folder.mkdir(exist_ok=True)
    paths = list[Path]()
    for name, schema in schemas().items():
        path = folder / f"{name}.json"
        path.write_text(json.dumps(schema, ensure_ascii=False, indent=1, sort_keys=True) + "\n", encoding="utf-8")
        paths.append(path)
    return paths


def _schema(model: type[BaseModel]) -> dict[str, Any]:
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **model.model_json_schema()}


def _list(schema: dict[str, Any]) -> dict[str, Any]:
    """A schema of a list of what the schema describes."""
    outer: dict[str, Any] = {key: schema.pop(key) for key in ["$schema", "$defs"] if key in schema}
    return {**outer, "type": "array", "items": schema}
