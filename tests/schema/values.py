"""Hypothesis strategies for field values: valid, nearly valid and arbitrary ones."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from otnet_server.schema.field import Field
from otnet_server.schema.fields import Boolean, Choices, Integer, References, Translations

ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=5,
)
WORDS = st.text(max_size=12) | st.sampled_from(
    ["", " ", "a", " a ", "a\n", "a\nb", "a\tb", "\0", "\x1f", "\x7f", "\x85", "\u2028", "é", "🎬", "\ufeff", "x" * 300, "x" * 301,
     "<script>", "{0}", "%s", "null", "a\u0301", "\xa0"]
)  # fmt: skip
NEARLY: dict[str, list[Any]] = {
    "date": ["2026-01-31", "2026-02-30", "0001-01-01", "9999-12-31", "2026-1-1", "20260101", "2026-W01-1", "２０２６-01-01"],
    "moment": ["2026-01-01T00:00:00Z", "2026-01-01T00:00:00+14:00", "2026-01-01 00:00:00Z", "2026-01-01T00:00:00", "0001-01-01T00:00:00Z",
               "9999-12-31T23:59:59.999Z", "2026-01-01T25:00:00Z", "2026-01-01t00:00:00.123456789z", "2026-01-01T00:00:00Z\n"],
    "slug": ["a", "a-b", "A", "-a", "a--b", "a" * 120, "a" * 121, "a\n"],
    "language": ["de", "pt-BR", "zh-Hant", "DE", "de-", "es-419", "de\n"],
    "url": ["https://example.org", "http://x", "https://", "ftp://x", "https://ex ample", "HTTPS://example.org", "https://example.org/ä?x#y", "https://x\n"],
    "email": ["a@b.de", "A@B.DE", "a@b", "@b.de", "a b@c.de", "a@b.de\n", "a@" + "b" * 64 + ".de"],
    "color": ["#3d7eff", "#3D7EFF", "red", "#fff", "#3d7eff\n"],
    "reference": ["f" * 12, "F" * 12, "f" * 11, "f" * 13, "f" * 12 + "\n"],
    "regions": [{"mode": "allow", "countries": ["DE"]}, {"mode": "deny", "countries": []}, {"mode": "allow"}, {"countries": ["DE"]},
                {"mode": "deny", "countries": ["de"]}, {"mode": "deny", "countries": ["DE\n"]}, {"mode": "deny", "countries": [], "x": 1}],
    "metadata": [{}, {"a": "b"}, {"a": 1}, {"": "b"}, {" ": "b"}, {"a\n": "b"}, {"k" * 40: "v" * 500}, {"k" * 41: "v"}, {"k": "v" * 501},
                 {str(n): "v" for n in range(50)}, {str(n): "v" for n in range(51)}, {"a": None}],
    "secret": ["long enough it is", "short", "x" * 1001],
}  # fmt: skip


def values(f: Field) -> st.SearchStrategy[Any]:
    """Values for one field: mostly of its type, sometimes arbitrary."""
    own: st.SearchStrategy[Any]
    if isinstance(f, References):
        own = st.lists(st.sampled_from(NEARLY["reference"]), max_size=3)
    elif isinstance(f, Choices):
        own = st.lists(st.sampled_from([*f.options, "nothing"]), max_size=4)
    elif f.type == "choice":
        own = st.sampled_from([*f.options, "nothing", ""])  # type: ignore[attr-defined]
    elif isinstance(f, Integer):
        own = st.sampled_from([f.min, f.max, f.min - 1, f.max + 1, 0, 1, -1, 1.0, 1.5, "1", True, 2**63, 10**40])
    elif isinstance(f, Boolean):
        own = st.sampled_from([True, False, 1, 0, "true", "yes"])
    elif isinstance(f, Translations):
        own = st.dictionaries(
            st.sampled_from(NEARLY["language"]),
            st.dictionaries(st.sampled_from([*f.fields, "kind"]), WORDS, max_size=2),
            max_size=2,
        )
    else:
        own = st.sampled_from(NEARLY[f.type]) if f.type in NEARLY else WORDS
    return st.one_of(own, own, own, WORDS, st.none(), ANYTHING)


def bodies(fields: dict[str, Field], sound: dict[str, Any] | None = None) -> st.SearchStrategy[Any]:
    """Objects with some of the fields, merged into the `sound` body if given; sometimes arbitrary values."""
    some_fields = st.fixed_dictionaries(
        {}, optional={n: values(f) for n, f in fields.items()} | {"no_such_field": ANYTHING}
    )
    few_fields = st.lists(st.sampled_from(sorted(fields)), max_size=3, unique=True).flatmap(
        lambda names: st.fixed_dictionaries({n: values(fields[n]) for n in names})
    )
    return st.one_of(few_fields.map(lambda body: {**(sound or {}), **body}), some_fields, ANYTHING)
