"""The server that the tests of channels share."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from tests.channels.house import House, make_library, segments
from tests.harness import make_film, running, until
from tests.studio import create_record, owner


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    base = tmp_path_factory.mktemp("channels")
    titles = make_library(base / "library")
    make_film(base / "library" / "Jingle.mp4", 3, size="480x270")
    make_film(base / "protected" / "Secret.mp4", 5, size="640x360")
    config = base / "otnet.toml"
    libraries = ((base / "library", "none"), (base / "protected", "cbcs"))
    config.write_text(
        "".join(f"[[libraries]]\npath = {json.dumps(str(p))}\nprotection = '{kind}'\n" for p, kind in libraries)
    )
    options = ("--public", "--config", str(config))
    with running(base / "data", options=options) as server, owner(server) as client:
        titles += ["Secret", "Jingle"]
        for title in titles:
            server.settled(title)

        def contents() -> dict[str, str] | None:
            items = client.get("/api/v1/dashboard/content").json()["items"]
            found = {item["title"]: item["id"] for item in items}
            return found if set(titles) <= set(found) else None

        ids = until("every title is content", contents)
        loop = {"language": "en", "status": "on", "scheduler": "loop", "window_s": 60, "caption_languages": "en"}
        clear = [ids[title] for title in titles if title not in ("Secret", "Jingle")]
        (media,) = client.get("/api/v1/dashboard/media", params={"content": ids["Three"]}).json()["items"]
        marked = client.patch(f"/api/v1/dashboard/media/{media['id']}", json={"ad_breaks": "2"})
        assert marked.status_code == 200, marked.text
        breaks = {"ads": "insert", "ad_break_s": 5, "ad_titles": [ids["Jingle"]]}
        channel = create_record(client, "channels", name="Night", titles=clear, **breaks, **loop)
        mixed = [ids[title] for title in ("One", "Secret", "Two")]
        protected = create_record(client, "channels", name="Premium", titles=mixed, **loop)
        yield House(server, client, channel, protected)


@pytest.fixture(scope="session")
def through_every_title(house: House) -> House:
    """The house when the window has every title of the channel."""

    def complete() -> bool:
        playlist = house.client.get(house.url("360p/index.m3u8")).text
        return len({line.split("/")[1] for line in segments(playlist) if line.startswith("../")}) > 5

    until("the channel has played every title", complete)
    return house
