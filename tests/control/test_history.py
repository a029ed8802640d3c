"""The history of a title for its editors."""

from __future__ import annotations

from tests.control.services import ControlPlane


def test_editors_read_who_changed_what_without_the_values(studio: ControlPlane) -> None:
    owner = studio.owner
    film, other = owner.make("content", title="Film"), owner.make("content", title="Other")
    person = owner.make("people", name="Agnès Varda")
    credit = owner.make("credits", content=film["id"], person=person["id"], role="director")
    owner.make("credits", content=other["id"], person=person["id"], role="director")
    assert owner.patch(f"content/{film['id']}", json={"synopsis": "A secret ending."}).status_code == 200
    editor = studio.owner.colleague("editor")
    answer = editor.get(f"content/{film['id']}/history")
    assert answer.status_code == 200 and "A secret ending" not in answer.text
    entries = [(e["action"], e["resource"], e["record"], e["fields"]) for e in answer.json()["items"]]
    assert entries == [
        ("updated", "content", film["id"], ["synopsis"]),
        ("created", "credit", credit["id"], []),
        ("created", "content", film["id"], []),
    ]
    assert all(e["actor"] == "ann@example.org" for e in answer.json()["items"])
    assert studio.owner.colleague("reader").get(f"content/{film['id']}/history").status_code == 403
    assert editor.get("content/0123456789ab/history").status_code == 404
