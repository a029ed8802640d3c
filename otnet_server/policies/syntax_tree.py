"""The syntax tree of a compiled CEL expression, read from the form in which the engine serializes it. Pure.

That form is the message `cel.expr.CheckedExpr` (cel-spec, `proto/cel/expr/checked.proto` and `syntax.proto`) inside a
`google.protobuf.Any`. Only the fields that the limits of expressions need are read.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

Value = int | bytes
Message = dict[int, list[Value]]
MAX_VARINT_BYTES = 10


@dataclass(frozen=True)
class Node:
    """One node. `kind` is const, name, select, call, list, map, message or loop. `text` is the value of a constant text
    (None for other constants), the name, the field, the function or the type. `number` is the value of a constant
    integer. A loop has the name of its variable, and two children: its range, and a list of what every iteration
    evaluates."""

    kind: str
    offset: int
    text: str | None = None
    number: int | None = None
    children: tuple[Node, ...] = ()
    overloads: tuple[str, ...] = ()

    def walk(self) -> Iterator[Node]:
        yield self
        for child in self.children:
            yield from child.walk()


@dataclass
class _Tables:
    offsets: dict[int, int] = field(default_factory=dict)
    overloads: dict[int, tuple[str, ...]] = field(default_factory=dict)


def parse(serialized: bytes) -> Node:
    """The tree; `offset` of a node is the position of its first character in the expression, from 0."""
    checked = _message(_bytes(_message(serialized), 2))
    tables = _Tables()
    for entry in checked[2]:
        pair = _message(entry)
        reference = _message(_bytes(pair, 2))
        tables.overloads[_int(pair, 1)] = tuple(_text(o) for o in reference[3])
    for entry in _message(_bytes(checked, 5))[4]:
        pair = _message(entry)
        tables.offsets[_int(pair, 1)] = _int(pair, 2)
    return _node(_message(_bytes(checked, 4)), tables)


def _node(expr: Message, tables: _Tables) -> Node:
    id = _int(expr, 2)
    at = tables.offsets.get(id, 0)

    def nodes(values: list[Value]) -> tuple[Node, ...]:
        return tuple(_node(_message(value), tables) for value in values)

    if 3 in expr:
        constant = _message(_bytes(expr, 3))
        text = _text(constant[6][0]) if constant[6] else None
        return Node("const", at, text, _signed(constant[3][0]) if constant[3] else None)
    if 4 in expr:
        return Node("name", at, _text(_message(_bytes(expr, 4))[1][0]))
    if 5 in expr:
        select = _message(_bytes(expr, 5))
        return Node("select", at, _text(_bytes(select, 2)), children=nodes(select[1]))
    if 6 in expr:
        call = _message(_bytes(expr, 6))
        function = _text(_bytes(call, 2))
        return Node(
            "call", at, function, children=nodes(call[1] + call[3]), overloads=tables.overloads.get(id, ())
        )  # fmt: skip
    if 7 in expr:
        return Node("list", at, children=nodes(_message(_bytes(expr, 7))[1]))
    if 8 in expr:
        struct = _message(_bytes(expr, 8))
        entries = [_message(entry) for entry in struct[2]]
        values = [value for entry in entries for value in entry[3] + entry[4]]
        name = _text(_bytes(struct, 1))
        return Node("message" if name else "map", at, name, children=nodes(values))
    loop = _message(_bytes(expr, 9))
    body = nodes(loop[4] + loop[5] + loop[6] + loop[7])
    return Node("loop", at, _text(_bytes(loop, 1)), children=(*nodes(loop[2]), Node("list", at, children=body)))


def _message(data: Value) -> Message:
    """The fields of a message of the wire format of protocol buffers, by number."""
    assert isinstance(data, bytes)
    fields: Message = defaultdict(list)
    position = 0
    while position < len(data):
        key, position = _varint(data, position)
        wire_type = key & 7
        if wire_type == 0:
            value, position = _varint(data, position)
            fields[key >> 3].append(value)
            continue
        length = {1: 8, 5: 4}.get(wire_type, 0)
        if wire_type == 2:
            length, position = _varint(data, position)
        fields[key >> 3].append(data[position : position + length])
        position += length
    return fields


def _varint(data: bytes, position: int) -> tuple[int, int]:
    value = 0
    for n in range(MAX_VARINT_BYTES):
        byte = data[position + n]
        value |= (byte & 0x7F) << (7 * n)
        if byte < 0x80:
            return value, position + n + 1
    raise ValueError("a number in the serialized expression is too long")


def _signed(value: Value) -> int:
    assert isinstance(value, int)
    return value - (1 << 64) if value >= 1 << 63 else value


def _bytes(message: Message, number: int) -> bytes:
    values = message.get(number)
    value = values[-1] if values else b""
    assert isinstance(value, bytes)
    return value


def _int(message: Message, number: int) -> int:
    values = message.get(number)
    value = values[-1] if values else 0
    assert isinstance(value, int)
    return value


def _text(value: Value) -> str:
    assert isinstance(value, bytes)
    return value.decode()
