"""A title that is deleted while it is on, or about to be, leaves no gap: something else takes its place."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest

from otnet_server.channels.airing import Airing, AiringKind
from otnet_server.channels.deleted_titles import cut_before_deleted
from otnet_server.channels.takeover import GUARD_TICKS
from otnet_server.media.channel_clock import CLOCK_HZ
from tests.channels.house import House
from tests.harness import make_film, until
from tests.studio import create_record

MINUTE = 60 * CLOCK_HZ
A, B, C, D = (
    Airing("c", n, n * MINUTE, MINUTE, AiringKind.TITLE, "m", revision) for n, revision in enumerate("abcd", 5)
)


@pytest.mark.parametrize(
    ("deleted", "now", "expected"),
    [
        ("", B.start + 1, None),
        ("a", B.start + 1, None),  # it is over
        ("b", B.start + 1, replace(B, duration=GUARD_TICKS + 1)),  # it is on
        ("b", B.end - GUARD_TICKS // 2, None),  # its end is in what players may have
        ("c", B.start + 1, B),
        ("c", C.start - GUARD_TICKS // 2, replace(C, duration=GUARD_TICKS // 2)),
        ("d", B.start + 1, C),
        ("cd", B.start + 1, B),
    ],
)
def test_playout_is_cut_before_the_first_deleted_title(deleted: str, now: int, expected: Airing | None) -> None:
    assert cut_before_deleted([A, B, C, D], set("abcd") - set(deleted), now) == expected


def test_channel_that_has_played_nothing_else_is_cut_in_its_only_airing() -> None:
    assert cut_before_deleted([A], set(), A.start - MINUTE) == replace(A, duration=1)


def test_channel_goes_on_with_the_slate_when_its_title_is_deleted(house: House) -> None:
    client, base = house.client, "/api/v1/dashboard"
    make_film(house.server.data.parent / "library" / "Doomed.mp4", 40, size="160x90")
    media = house.server.settled("Doomed")["id"]
    content = until("it is content", lambda: client.get(f"{base}/media/{media}").json()["content"])
    loop = {"status": "on", "scheduler": "loop", "window_s": 60}
    channel = create_record(client, "channels", name="Doomed", titles=[content], **loop)["id"]

    def coming() -> list[dict[str, Any]]:
        to = (datetime.now(UTC) + timedelta(minutes=10)).isoformat()
        items = client.get(f"{base}/channels/{channel}/airings", params={"to": to}).json()["items"]
        return [item for item in items if datetime.fromisoformat(item["ends_at"]) > datetime.now(UTC)]

    until("it is on for some minutes", lambda: [item["kind"] for item in coming()].count("title") > 3)
    answer = client.delete(f"{base}/media/{media}", params={"file": "true"})
    assert answer.status_code == 204, answer.text
    replaced = until("the slate follows", lambda: [i["kind"] for i in coming()[1:]][:2] == ["slate"] * 2 and coming())
    assert all(a["ends_at"] == b["starts_at"] for a, b in pairwise(replaced))
