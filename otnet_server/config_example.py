"""`config.example.toml`, written from the settings themselves, so that the two can't part."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from otnet_server.config import PROFILES, Library, Profile, Section, Settings

HEAD = """\
# Every setting of OTNet, with its default. Copy what you change into a file of your own and start with
# `otnet serve --config FILE`. Later ones win: these defaults, the file, the environment
# (OTNET_SERVER__PORT=8000; lists and tables as JSON), the command line. `# ` is a comment, `#` a setting.
# This file is written by `python -m otnet_server.config_example`.
"""


def example() -> str:
    """The whole file."""
    fields = Settings.model_fields
    single = {n: f for n, f in fields.items() if _section(f) is None and n not in ("libraries", "profiles")}
    blocks = [HEAD, "\n".join(line for name, f in single.items() for line in _setting(name, f, f.get_default()))]
    for name, f in fields.items():
        model = _section(f)
        if model is not None:
            blocks.append("\n".join(_table(f"[{name}]", model)))
        elif name == "libraries":
            blocks.append("\n".join(_commented(_table("[[libraries]]", Library, "May be given more than once."))))
        elif name == "profiles":
            also = "Under a name of your own. There are: " + ", ".join(PROFILES) + "."
            blocks.append("\n".join(_commented(_table("[profiles.mine]", Profile, also))))
    return "\n\n".join(block.strip("\n") for block in blocks) + "\n"


def _section(field: FieldInfo) -> type[Section] | None:
    kind = field.annotation
    return kind if isinstance(kind, type) and issubclass(kind, Section) else None


def _table(head: str, model: type[BaseModel], also: str = "") -> Iterator[str]:
    yield from _comment(f"{model.__doc__ or ''} {also}".strip())
    yield head
    for name, field in model.model_fields.items():
        yield from _setting(name, field, field.get_default(call_default_factory=True))


def _setting(name: str, field: FieldInfo, value: Any) -> Iterator[str]:
    choices = get_args(field.annotation) if get_origin(field.annotation) is Literal else ()
    one_of = f" One of: {', '.join(choices)}." if choices else ""
    yield from _comment(f"{field.description}{one_of}")
    if value is None:
        yield f'#{name} = ""'
    elif value == {}:
        yield f"#{name} = {{}}"
    else:
        yield f"{name} = {_toml(value)}"


def _comment(text: str) -> list[str]:
    return [f"# {line}" for line in textwrap.wrap(text, 110)]


def _commented(lines: Iterator[str]) -> list[str]:
    return [line if line.startswith("#") else f"#{line}" for line in lines]


def _toml(value: Any) -> str:
    """A TOML value. JSON's strings, numbers, booleans and arrays are TOML too."""
    return json.dumps(list(value) if isinstance(value, tuple) else str(value) if isinstance(value, Path) else value)


if __name__ == "__main__":
    print(example(), end="")
