"""The server that the tests of channels share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.channels.house import House, make_library, segments
from tests.harness import running, until
from tests.studio import create_record, owner


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    base = tmp_path_factory.mktemp("channels")
    titles = make_library(base / "library")
    with running(base / "data", base / "library") as server, owner(server) as client:
        for title in titles:
            server.settled(title)

        def contents() -> dict[str, str] | None:
            items = client.get("/api/v1/dashboard/content").json()["items"]
            found = {item["title"]: item["id"] for item in items}
            return found if set(titles) <= set(found) else None

        ids = until("every title is content", contents)
        channel = create_record(
            client, "channels", name="Night", language="en", status="on", scheduler="loop", window_s=60,
            titles=[ids[title] for title in titles],
        )  # fmt: skip
        yield House(server, client, channel)


@pytest.fixture(scope="session")
def through_every_title(house: House) -> House:
    """The house when the window has every title of the channel."""

    def complete() -> bool:
        playlist = house.client.get(house.url("360p/index.m3u8")).text
        return len({line.split("/")[1] for line in segments(playlist) if line.startswith("../")}) > 5

    until("the channel has played every title", complete)
    return house
