"""Search over the records of an organization: what matches, for whom, and how much."""

from __future__ import annotations

import secrets
from typing import Any

import pytest

from tests.control.services import ControlPlane, Person


def search(person: Person, text: str) -> list[dict[str, Any]]:
    answer = person.get("search", params={"q": text})
    assert answer.status_code == 200, answer.text
    return answer.json()["items"]


def found(person: Person, text: str) -> set[tuple[str, str]]:
    return {(item["resource"], item["label"]) for item in search(person, text)}


def test_records_of_all_kinds_are_found(owner: Person) -> None:
    word = f"zebra{secrets.token_hex(3)}"
    owner.make("content", title=f"The {word}", kind="film")
    owner.make("series", title=f"{word} stories")
    owner.make("people", name=f"Ann {word}")
    owner.make("genres", name=word)
    owner.make("api_keys", name=f"Key of {word}", scopes=["content:read"])
    owner.make("webhooks", url=f"https://example.org/{word}", events=["media.ready"], active=False)
    owner.make("invitations", email=f"{word}@example.org", role="editor")
    assert found(owner, word) == {
        ("content", f"The {word}"), ("series", f"{word} stories"), ("person", f"Ann {word}"), ("genre", word),
        ("api_key", f"Key of {word}"), ("webhook", f"https://example.org/{word}"),
        ("invitation", f"{word}@example.org"),
    }  # fmt: skip
    assert search(owner, word)[0]["label"] == word, "the whole name is the best match"
    [film] = [item for item in search(owner, word) if item["resource"] == "content"]
    assert film["details"] == {"kind": "film", "status": "draft"}


def test_colleagues_are_found_by_name_and_address_by_administrators_only(owner: Person) -> None:
    editor = owner.colleague("editor")
    email = editor.document["user"]["email"]
    assert ("user", "Editor") in found(owner, email)
    assert found(editor, email) == set()


def test_roles_find_only_what_they_may_list(owner: Person) -> None:
    word = f"quagga{secrets.token_hex(3)}"
    owner.make("content", title=word, kind="film")
    owner.make("api_keys", name=word, scopes=["content:read"])
    assert found(owner.colleague("reader"), word) == {("content", word)}
    assert owner.colleague("audience").get("search", params={"q": word}).status_code == 403


def test_other_organizations_find_nothing(studio: ControlPlane, owner: Person) -> None:
    word = f"okapi{secrets.token_hex(3)}"
    for plural, values in (
        ("content", {"title": word, "kind": "film"}), ("api_keys", {"name": word, "scopes": ["content:read"]}),
        ("invitations", {"email": f"{word}@example.org"}),
    ):  # fmt: skip
        owner.make(plural, **values)
    beta = studio.organization("Beta of searches", f"{secrets.token_hex(5)}@example.org")
    assert found(beta, word) == set()
    assert found(beta, "ann@example.org") == set()
    assert found(beta, "Harbour") == set()


def test_results_are_bounded(owner: Person) -> None:
    word = f"gnu{secrets.token_hex(3)}"
    for n in range(8):
        owner.make("genres", name=f"{word} {n}")
    assert len(search(owner, word)) == 5


@pytest.mark.parametrize("text", ["%", "_", "'", '"', "*", "(", "a AND b", "\\", "🎬", "null", "x" * 100, "OR 1=1 --"])
def test_any_text_is_only_text(owner: Person, text: str) -> None:
    search(owner, text)


@pytest.mark.parametrize("params", [{}, {"q": ""}, {"q": "  "}, {"q": "x" * 101}, {"q": "a\0b"}, {"q": "a", "x": "1"}])
def test_invalid_queries_are_refused(owner: Person, params: dict[str, str]) -> None:
    answer = owner.get("search", params=params)
    assert (answer.status_code, answer.json()["code"]) == (400, "bad_query")
