"""A public server with a catalogue that tests fill, and a private server."""

from __future__ import annotations

import io
import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from tests.control.services import ControlPlane, control_plane


@dataclass
class Catalogue:
    """Creates content, media and artwork. Content is published unless `publish` is false."""

    plane: ControlPlane
    made: dict[str, dict[str, Any]] = field(default_factory=dict)

    def content(self, title: str, *, publish: bool = True, media: bool = True, **values: Any) -> dict[str, Any]:
        owner = self.plane.owner
        made = owner.make("content", title=title, **values)
        if publish:
            assert owner.post(f"content/{made['id']}/publish", json={}).status_code == 200
        if media:
            self.media(made["id"], title)
        self.made[title] = made
        return made

    def media(self, content: str | None, title: str, **values: Any) -> str:
        """A ready title in the database, as the pipeline stores it."""
        of = {"library": "Films", "title": title, "present": True, "info": {}, "state": "ready", "content": content,
              "role": "main", "duration_s": 600.0, "organization": self.plane.owner.organization}  # fmt: skip
        return self.plane.put("media", **{**of, "playing": secrets.token_hex(6), **values})

    def artwork(self, kind: str, size: tuple[int, int] = (800, 1200), **of: str) -> dict[str, Any]:
        owner = self.plane.owner
        made = owner.make("artwork", kind=kind, alternative=f"A {kind}", **of)
        answer = owner.put(f"artwork/{made['id']}/file", content=png(*size), headers={"Content-Type": "image/png"})
        assert answer.status_code == 200, answer.text
        return answer.json()

    def site(self, path: str, who: Any = None, **params: Any) -> dict[str, Any]:
        answer = (who or self.plane.anonymous()).get(f"/api/v1/site{path}", params=params)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def audience(self) -> Any:
        return self.plane.owner.colleague("audience")


def png(width: int, height: int) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (width, height), (200, 80, 40)).save(out, "PNG")
    return out.getvalue()


@pytest.fixture
def catalogue(tmp_path: Path) -> Iterator[Catalogue]:
    with control_plane(tmp_path / "data") as running:
        yield Catalogue(running)


@pytest.fixture
def private(tmp_path: Path) -> Iterator[ControlPlane]:
    with control_plane(tmp_path / "private", public=False) as running:
        yield running
