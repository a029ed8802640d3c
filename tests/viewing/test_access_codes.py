"""Access codes: administrators generate them, viewers redeem them on the site."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from otnet_server.identity.throttle import FREE_ATTEMPTS
from tests.control.services import Client
from tests.viewing.conftest import Catalogue

CODES = "/api/v1/me/codes"


def redeem(viewer: Client, code: str) -> tuple[int, str]:
    answer = viewer.post(CODES, json={"code": code})
    return answer.status_code, answer.json().get("code", "")


def test_code_gives_a_viewer_a_grant_once(catalogue: Catalogue) -> None:
    owner, ann = catalogue.plane.owner, catalogue.audience()
    film = catalogue.content("Night Train", visibility="entitled")
    made = owner.make("access_codes", name="Spring", scope="title", content=film["id"], days=30, max_quality="sd")
    code = made["codes"]
    assert owner.get(f"access_codes/{made['id']}").json().get("codes") is None, "it is returned once"
    answer = ann.post(CODES, json={"code": code.replace("-", " ").lower()})
    assert answer.status_code == 201, answer.text
    included = answer.json()
    assert (included["scope"], included["title"], included["href"]) == ("title", "Night Train", "/title/night-train")
    assert ann.get("/api/v1/me/inclusions").json()["items"] == [included]
    assert catalogue.site("/titles/night-train", ann)["locked"] is None
    (grant,) = owner.items("grants", user=ann.id)
    assert (grant["source"], grant["reason"], grant["ends_at"]) == ("code", "Spring", included["ends_at"])
    assert grant["max_quality"] == "sd"
    assert redeem(ann, code) == (409, "redeemed_already")
    assert redeem(catalogue.audience(), code) == (404, "no_such_code"), "it is used up"
    assert owner.get(f"access_codes/{made['id']}").json()["redeemed"] == 1
    assert code not in str(catalogue.plane.rows("access_code_key")), "only its hash is stored"


def test_codes_are_generated_in_numbers_and_each_counts_by_itself(catalogue: Catalogue) -> None:
    owner = catalogue.plane.owner
    made = owner.make("access_codes", name="Cards", scope="everything", quantity=3, uses_per_code=2)
    codes = made["codes"].split("\n")
    assert len(set(codes)) == 3
    viewers = [catalogue.audience() for _ in range(3)]
    with ThreadPoolExecutor(3) as pool:
        answers = list(pool.map(redeem, viewers, [codes[0]] * 3))
    assert sorted(status for status, _ in answers) == [201, 201, 404]
    assert redeem(viewers[0], codes[1]) == (201, "")
    assert owner.get(f"access_codes/{made['id']}").json()["redeemed"] == 3


@pytest.mark.parametrize("change", [{"expires_at": "2020-01-01T00:00:00Z"}, None])
def test_expired_and_deleted_codes_are_refused_and_grants_stay(
    catalogue: Catalogue, change: dict[str, str] | None
) -> None:
    owner, ann = catalogue.plane.owner, catalogue.audience()
    made = owner.make("access_codes", name="Cards", scope="everything", quantity=2)
    first, second = made["codes"].split("\n")
    assert redeem(ann, first) == (201, "")
    path = f"access_codes/{made['id']}"
    assert (owner.patch(path, json=change) if change else owner.delete(path)).is_success
    assert redeem(ann, second) == (404, "no_such_code")
    assert len(ann.get("/api/v1/me/inclusions").json()["items"]) == 1


def test_codes_belong_to_one_organization(catalogue: Catalogue) -> None:
    rival = catalogue.plane.organization("Rival Films", "rival@example.org")
    code = rival.make("access_codes", name="Theirs", scope="everything")["codes"]
    assert redeem(catalogue.audience(), code) == (404, "no_such_code")


def test_wrong_codes_are_throttled(catalogue: Catalogue) -> None:
    ann = catalogue.audience()
    for n in range(FREE_ATTEMPTS):
        assert redeem(ann, f"BCDF-GHJK-LM{n}") == (404, "no_such_code")
    assert redeem(ann, "BCDF-GHJK-LMNP") == (429, "too_many_attempts")


def test_only_signed_in_viewers_redeem_codes(catalogue: Catalogue) -> None:
    assert redeem(catalogue.plane.anonymous(), "BCDF-GHJK-LMNP")[0] == 401
    ann = catalogue.audience()
    del ann.headers["X-CSRF-Token"]
    assert redeem(ann, "BCDF-GHJK-LMNP") == (403, "bad_csrf")


def test_drafts_are_not_named_by_grants(catalogue: Catalogue) -> None:
    ann = catalogue.audience()
    draft = catalogue.content("Secret", publish=False, visibility="entitled")
    code = catalogue.plane.owner.make("access_codes", name="Pass", scope="title", content=draft["id"])["codes"]
    answer = ann.post(CODES, json={"code": code})
    assert answer.status_code == 201 and answer.json()["title"] == "", answer.text
    assert ann.get("/api/v1/me/inclusions").json()["items"] == []
