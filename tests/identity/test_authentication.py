"""Authentication: set-up link, sign-in and throttling, second factor, password reset, sessions and memberships."""

from __future__ import annotations

import re
import secrets
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pyotp
import pytest
from argon2 import extract_parameters
from argon2.profiles import RFC_9106_LOW_MEMORY
from structlog.testing import capture_logs

from otnet_server.config import Settings
from otnet_server.identity.keys import digest
from otnet_server.identity.throttle import FREE_ATTEMPTS, MAX_DELAY_S, Attempts, Rate
from tests.control.services import PASSWORD, Client, ControlPlane, Person, control_plane
from tests.harness import REAL_HASHER
from tests.identity.conftest import Clock

AUTH = "/api/v1/auth"


def post(client: Client, path: str, **body: Any) -> httpx.Response:
    return client.post(f"{AUTH}/{path}", json=body)


def code_of(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


@pytest.fixture
def person(owner: Person) -> Person:
    """A new user, signed in from their own IP address."""
    return owner.colleague("editor", address=f"198.51.100.{secrets.randbelow(250)}")


def email_of(person: Person) -> str:
    return str(person.document["user"]["email"])


# --- set-up ---


def test_setup_link_works_once(tmp_path: Any) -> None:
    with control_plane(tmp_path / "data") as p:
        anybody, code = p.anonymous(), p.server.setup_code
        assert anybody.get(f"{AUTH}/session").json()["setup_needed"] is True
        whole = {
            "code": code,
            "organization": "Harbour Films",
            "name": "Ann",
            "email": "Ann@Example.org",
            "password": PASSWORD,
        }
        assert code_of(post(anybody, "setup", **whole | {"code": "wrong"})) == (403, "bad_setup_code")
        weak = post(anybody, "setup", **whole | {"password": "short"})
        assert weak.status_code == 422 and weak.json()["errors"][0]["field"] == "password", "and the link still works"
        assert code_of(post(anybody, "login", email="ann@example.org", password=PASSWORD)) == (401, "bad_credentials")
        assert code not in str(p.rows("setting")), "only its hash is kept"
        with ThreadPoolExecutor(4) as pool:
            answers = list(
                pool.map(lambda n: post(Person(p), "setup", **whole | {"email": f"ann{n}@example.org"}), range(4))
            )
        assert sorted(a.status_code for a in answers) == [201, 403, 403, 403]
        document = next(a for a in answers if a.status_code == 201).json()
        assert document["organization"]["role"] == "owner" and document["organization"]["name"] == "Harbour Films"
        assert anybody.get(f"{AUTH}/session").json()["setup_needed"] is False
        assert len(p.rows("user")) == 1
        code_2 = p.run(_new_setup_code(p))
        assert code_2 is None, "no new link when somebody is there"


async def _new_setup_code(p: ControlPlane) -> str | None:
    from otnet_server.db.records import Records
    from otnet_server.db.search import Search
    from otnet_server.identity.accounts import Accounts
    from otnet_server.identity.secret_box import SecretBox

    db = p.server.core.db
    return await Accounts(db, Records(Search(db.sqlite)), SecretBox(b"x" * 32)).setup_code()


# --- sign-in ---


def test_sign_in_and_sign_out(studio: ControlPlane, person: Person) -> None:
    browser = Person(studio)
    answer = post(browser, "login", email=email_of(person).upper(), password=PASSWORD)
    assert answer.status_code == 200
    cookie = next(c for c in answer.headers.get_list("set-cookie") if c.startswith("otnet_session="))
    assert "HttpOnly" in cookie and "SameSite=lax" in cookie and "Path=/" in cookie
    token = browser.cookies["otnet_session"]
    assert token not in str(studio.rows("session")) and digest(token) in str(studio.rows("session"))
    document = browser.get(f"{AUTH}/session").json()
    assert document["user"]["email"] == email_of(person) and document["csrf"] == answer.json()["csrf"]
    browser.keep(document)
    assert post(browser, "logout").status_code == 204
    stolen = Person(studio, cookies={"otnet_session": token})
    assert stolen.get(f"{AUTH}/session").json()["user"] is None and stolen.get("content").status_code == 401


def test_session_cookie_is_secure_over_https(studio: ControlPlane, person: Person) -> None:
    answer = Person(studio).post(
        f"https://studio.test{AUTH}/login", json={"email": email_of(person), "password": PASSWORD}
    )
    cookies = answer.headers.get_list("set-cookie")
    assert cookies[0].startswith("otnet_session=") and all("Secure" in c for c in cookies)


def test_cookies_are_secure_behind_a_tls_proxy(tmp_path: Any) -> None:
    """The proxy uses plain HTTP to the server; `server.url` is the public address."""
    settings = Settings(data=tmp_path / "data", server={"public": True, "url": "https://studio.example.org"})
    behind = ControlPlane(settings).start()
    try:
        answer = Person(behind).post(f"{AUTH}/setup", json={
            "code": behind.server.setup_code, "organization": "Harbour", "name": "Ann", "email": "a@example.org",
            "password": PASSWORD,
        })  # fmt: skip
        page = behind.anonymous().get("/?token=abc")
        for reply in (answer, page):
            assert "Secure" in reply.headers["set-cookie"]
            assert reply.headers["strict-transport-security"] == "max-age=31536000"
    finally:
        behind.stop()


def test_sign_in_prevents_session_fixation(studio: ControlPlane, person: Person) -> None:
    """Sign-in issues a new session and ends the previous one."""
    first = Person(studio).sign_in(email_of(person))
    token = first.cookies["otnet_session"]
    first.sign_in(email_of(person))
    assert first.cookies["otnet_session"] != token
    assert Person(studio, cookies={"otnet_session": token}).get("content").status_code == 401


def test_responses_do_not_reveal_whether_an_account_exists(studio: ControlPlane, person: Person) -> None:
    known = post(Person(studio), "login", email=email_of(person), password="wrong wrong wrong")
    unknown = post(Person(studio), "login", email="nobody@example.org", password="wrong wrong wrong")
    assert known.text == unknown.text and code_of(known) == (401, "bad_credentials")
    resets = [post(Person(studio), "reset", email=e) for e in (email_of(person), "nobody@example.org")]
    assert [(r.status_code, r.content) for r in resets] == [(202, b"")] * 2


def test_passwords_are_stored_as_argon2id(studio: ControlPlane, person: Person) -> None:
    (row,) = studio.rows("user", id=person.id)
    assert row["password_hash"].startswith("$argon2id$") and PASSWORD not in str(row)


def test_argon2_parameters_are_those_of_rfc_9106() -> None:
    """The second recommended option of section 4: 64 MiB, three passes, four lanes."""
    parameters = extract_parameters(REAL_HASHER.hash(PASSWORD))
    assert parameters == RFC_9106_LOW_MEMORY


@pytest.mark.parametrize(("body", "field"), [
    ({}, "email"), ({"email": "a@b.de"}, "password"), ({"email": "nobody", "password": "x"}, "email"),
    ({"email": "a@b.de", "password": ""}, "password"), ({"email": "a@b.de", "password": "x" * 1001}, "password"),
    ({"email": "a@b.de", "password": ["x"]}, "password"), ({"email": "a@b.de", "password": "x", "admin": True}, "admin"),
    ({"email": "a@b.de", "password": "x", "code": 123456}, "code"),
])  # fmt: skip
def test_invalid_sign_in_requests_name_the_field(studio: ControlPlane, body: dict[str, Any], field: str) -> None:
    answer = post(Person(studio), "login", **body)
    assert answer.status_code == 422 and field in [e["field"] for e in answer.json()["errors"]]


def test_failed_sign_ins_are_throttled_per_account(studio: ControlPlane, person: Person, clock: Clock) -> None:
    """Throttled by account, from any address."""
    email = email_of(person)
    for n in range(FREE_ATTEMPTS):
        assert post(Person(studio, address=f"192.0.2.{n}"), "login", email=email, password="wrong").status_code == 401
    refused = post(Person(studio, address="192.0.2.99"), "login", email=email, password=PASSWORD)
    assert code_of(refused) == (429, "too_many_attempts") and int(refused.headers["retry-after"]) >= 1
    clock.now += 2
    assert post(Person(studio, address="192.0.2.98"), "login", email=email, password="wrong").status_code == 401
    clock.now += 1.5
    assert post(Person(studio, address="192.0.2.98"), "login", email=email, password=PASSWORD).status_code == 429, (
        "twice as long"
    )
    clock.now += 1
    Person(studio, address="192.0.2.98").sign_in(email)
    assert post(Person(studio, address="192.0.2.97"), "login", email=email, password="wrong").status_code == 401, (
        "forgiven"
    )
    assert person.get("content").status_code == 200, "who is signed in is not locked out"


def test_failed_sign_ins_are_throttled_per_address(studio: ControlPlane, clock: Clock) -> None:
    browser = Person(studio, address="192.0.2.200")
    codes = [post(browser, "login", email=f"a{n}@b.de", password="wrong").status_code for n in range(FREE_ATTEMPTS + 1)]
    assert codes == [401] * FREE_ATTEMPTS + [429]
    assert post(Person(studio, address="192.0.2.201"), "login", email="z@b.de", password="wrong").status_code == 401


def test_successful_sign_in_does_not_reset_the_address_throttle(
    studio: ControlPlane, person: Person, clock: Clock
) -> None:
    browser, codes = Person(studio, address="192.0.2.203"), []
    for n in range(FREE_ATTEMPTS + 2):
        codes.append(post(browser, "login", email=f"victim{n}@b.de", password="wrong").status_code)
        post(browser, "login", email=email_of(person), password=PASSWORD)
    assert codes == [401] * FREE_ATTEMPTS + [429] * 2


def test_concurrent_guesses_are_throttled(studio: ControlPlane, person: Person) -> None:
    def guess(n: int) -> int:
        return post(
            Person(studio, address="192.0.2.202"), "login", email=email_of(person), password=f"wrong {n}"
        ).status_code

    with ThreadPoolExecutor(16) as pool:
        codes = list(pool.map(guess, range(16)))
    assert codes.count(401) <= FREE_ATTEMPTS + 1 and set(codes) == {401, 429}


def test_throttle_delay_doubles_up_to_a_limit_and_expires(clock: Clock) -> None:
    now = Clock()
    attempts = Attempts(now)
    waits = []
    for _ in range(FREE_ATTEMPTS + 12):
        attempts.failed("a")
        waits.append(attempts.wait_s("a"))
    assert waits[: FREE_ATTEMPTS - 1] == [0] * (FREE_ATTEMPTS - 1) and waits[FREE_ATTEMPTS - 1 : FREE_ATTEMPTS + 3] == [
        1,
        2,
        4,
        8,
    ]
    assert max(waits) == MAX_DELAY_S
    assert attempts.wait_s("b") == 0 and attempts.wait_s("a", "b") == MAX_DELAY_S
    now.now += 7200
    attempts.failed("a")
    assert attempts.wait_s("a") == 0


def test_rate_limit_bucket_refills() -> None:
    now = Clock()
    rate = Rate(60, now)
    assert [rate.take("a")[0] for _ in range(61)] == [True] * 60 + [False]
    assert rate.take("b") == (True, 59, 0)
    now.now += 2
    assert [rate.take("a")[0] for _ in range(3)] == [True, True, False]


# --- the second factor ---


def test_totp_is_confirmed_required_and_single_use(
    studio: ControlPlane, person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    step = 30.0
    begun = person.post(f"{AUTH}/totp", json={}).json()
    assert begun["secret"] not in str(studio.rows("user")), "it is sealed in the database"
    uri = urlsplit(begun["uri"])
    assert uri.scheme == "otpauth" and parse_qs(uri.query)["secret"] == [begun["secret"]]
    Person(studio).sign_in(email_of(person)).get("content").raise_for_status()
    totp = pyotp.TOTP(begun["secret"])
    wrong = post(person, "totp/confirm", code="000000" if totp.now() != "000000" else "000001")
    assert wrong.status_code == 422 and wrong.json()["errors"][0]["field"] == "code"
    at = time.time()
    monkeypatch.setattr(time, "time", lambda: at)
    used = totp.at(at)
    assert post(person, "totp/confirm", code=used).status_code == 204
    assert person.get(f"{AUTH}/session").json()["user"]["two_factor"] is True
    (row,) = [u for u in person.plane.owner.all("users") if u["id"] == person.id]
    assert row["two_factor"] is True and "totp_sealed" not in row

    def sign_in(**more: Any) -> tuple[int, str]:
        answer = post(Person(studio, address=f"192.0.2.{secrets.randbelow(200)}"), "login",
                      email=email_of(person), password=PASSWORD, **more)  # fmt: skip
        return answer.status_code, answer.json().get("code", "")

    assert sign_in() == (401, "two_factor_needed")
    assert sign_in(code=used) == (401, "bad_code"), "the code that confirmed was used"
    at += step
    code = totp.at(at)
    assert sign_in(code=code) == (200, "")
    assert sign_in(code=code) == (401, "bad_code"), "a code is good once"
    assert sign_in(code=totp.at(at - step)) == (401, "bad_code"), "nor one before it"
    at += 3 * step
    assert sign_in(code="") == (401, "two_factor_needed")
    assert sign_in(code="١٢٣٤٥٦") == (401, "bad_code")
    code = totp.at(at)
    with ThreadPoolExecutor(6) as pool:
        codes = sorted(pool.map(lambda _: sign_in(code=code)[0], range(4)))
    assert codes.count(200) == 1 and codes.count(200) + codes.count(401) + codes.count(429) == 4
    secret = studio.rows("user", id=person.id)[0]["totp_sealed"]
    assert code_of(post(person, "totp")) == (409, "already_on"), "a session alone does not replace it"
    studio.set("user", person.id, totp_pending=secret)
    assert code_of(post(person, "totp/confirm", code=totp.at(at + step))) == (409, "already_on")
    studio.set("user", person.id, totp_pending=None)
    refused = post(person, "totp/remove", password="wrong wrong")
    assert refused.status_code == 422 and refused.json()["errors"][0]["field"] == "password"
    assert post(person, "totp/remove", password=PASSWORD).status_code == 204
    assert person.get(f"{AUTH}/session").json()["user"]["two_factor"] is False


def test_totp_confirmation_requires_enrolment(person: Person) -> None:
    assert code_of(post(person, "totp/confirm", code="123456")) == (409, "not_begun")


# --- passwords ---


def reset_token(studio: ControlPlane, email: str) -> str:
    """From the link in the server's log."""
    with capture_logs() as logs:
        assert post(Person(studio), "reset", email=email).status_code == 202
    (link,) = [e["link"] for e in logs if "link" in e]
    found = re.search(r"/studio/#/reset\?token=([\w-]+)$", link)
    assert found
    return found[1]


def test_password_reset_link_sets_a_new_password_once(studio: ControlPlane, person: Person) -> None:
    token = reset_token(studio, email_of(person))
    assert token not in str(studio.rows("password_reset"))
    weak = post(Person(studio), "reset/confirm", token=token, password="short")
    assert weak.status_code == 422, "and the link still works"
    assert weak.json()["errors"][0]["field"] == "password"
    assert post(Person(studio), "reset/confirm", token=token, password="another long password").status_code == 204
    assert code_of(post(Person(studio), "reset/confirm", token=token, password="yet another long one")) == (
        403,
        "bad_reset_link",
    )
    assert person.get("content").status_code == 401, "whoever was signed in is not any more"
    assert post(Person(studio), "login", email=email_of(person), password=PASSWORD).status_code == 401
    Person(studio).sign_in(email_of(person), "another long password")


def test_expired_reset_link_is_refused(studio: ControlPlane, person: Person) -> None:
    token = reset_token(studio, email_of(person))
    import sqlalchemy as sa

    from otnet_server.db.tables import password_reset

    with studio.engine.begin() as c:
        where = password_reset.c.token_hash == digest(token)
        c.execute(sa.update(password_reset).where(where).values(expires_at="2020-01-01T00:00:00.000Z"))
    assert code_of(post(Person(studio), "reset/confirm", token=token, password="another long password")) == (
        403,
        "bad_reset_link",
    )
    assert code_of(post(Person(studio), "reset/confirm", token="x", password="another long password")) == (
        403,
        "bad_reset_link",
    )


def test_concurrent_use_of_a_reset_link_succeeds_once(studio: ControlPlane, person: Person) -> None:
    token = reset_token(studio, email_of(person))
    with ThreadPoolExecutor(4) as pool:
        ask = pool.map(
            lambda n: post(Person(studio), "reset/confirm", token=token, password=f"another long one {n}"), range(4)
        )
        assert sorted(a.status_code for a in ask) == [204, 403, 403, 403]


def test_changing_the_password_ends_other_sessions(studio: ControlPlane, person: Person) -> None:
    other = Person(studio).sign_in(email_of(person))
    wrong = post(person, "password", current="wrong wrong", new="another long password")
    assert wrong.status_code == 422 and wrong.json()["errors"][0]["field"] == "current"
    weak = post(person, "password", current=PASSWORD, new="short")
    assert weak.status_code == 422 and weak.json()["errors"][0]["field"] == "new"
    assert other.get("content").status_code == 200
    assert post(person, "password", current=PASSWORD, new="another long password").status_code == 204
    assert other.get("content").status_code == 401 and person.get("content").status_code == 200
    Person(studio).sign_in(email_of(person), "another long password")


def test_guesses_of_the_current_password_are_throttled(studio: ControlPlane, person: Person) -> None:
    """A stolen session must not allow guessing the password."""
    codes = [
        post(person, "password", current=f"wrong {n}", new="another long password").status_code
        for n in range(FREE_ATTEMPTS + 1)
    ]
    assert codes == [422] * FREE_ATTEMPTS + [429]
    assert post(person, "totp/remove", password="wrong").status_code == 429


# --- sessions ---


def test_sessions_can_be_listed_and_ended(studio: ControlPlane, person: Person, owner: Person) -> None:
    other = Person(studio, headers={"User-Agent": "Netscape"}).sign_in(email_of(person))
    sessions = person.items("sessions")
    assert len(sessions) == 2 and {s["agent"] for s in sessions} >= {"Netscape"}
    assert not {"token_hash", "user"} & set(sessions[0])
    (netscape,) = [s for s in sessions if s["agent"] == "Netscape"]
    assert owner.delete(f"sessions/{netscape['id']}").status_code == 404, (
        "nobody else's, not even an owner's colleagues'"
    )
    assert person.delete(f"sessions/{netscape['id']}").status_code == 204
    assert other.get("content").status_code == 401 and person.get("content").status_code == 200


def test_expired_session_is_refused(studio: ControlPlane, person: Person) -> None:
    other = Person(studio).sign_in(email_of(person))
    for row in studio.rows("session", user=person.id):
        if row["token_hash"] == digest(other.cookies["otnet_session"]):
            studio.set("session", row["id"], expires_at="2020-01-01T00:00:00.000Z")
    assert other.get("content").status_code == 401 and person.get("content").status_code == 200


def test_member_of_two_organizations_can_switch(studio: ControlPlane, owner: Person) -> None:
    person = owner.colleague("owner")
    second = person.make("organizations", name=f"Second {secrets.token_hex(3)}")
    mine = Person(studio).sign_in(email_of(person))
    start = mine.organization
    mine.switch(second["id"])
    assert mine.document["organization"]["role"] == "owner" and len(mine.document["organizations"]) == 2
    mine.make("genres", name="Only here")
    assert mine.items("genres", name="Only here") and not person.items("genres", name="Only here")
    assert mine.switch(start).items("genres", name="Only here") == []


def test_removed_member_loses_access_immediately(studio: ControlPlane, owner: Person, person: Person) -> None:
    (member,) = [m for m in owner.all("memberships") if m["user"] == person.id]
    assert owner.delete(f"memberships/{member['id']}").status_code == 204
    assert code_of(person.get("content")) == (403, "no_organization")
    assert person.get(f"{AUTH}/session").json()["organization"] is None


def test_role_changes_take_effect_immediately(owner: Person, person: Person) -> None:
    (member,) = [m for m in owner.all("memberships") if m["user"] == person.id]
    assert person.post("genres", json={"name": "x"}).status_code == 201
    owner.patch(f"memberships/{member['id']}", json={"role": "reader"})
    assert code_of(person.post("genres", json={"name": "x"})) == (403, "role_too_low")


# --- memberships ---


def test_roles_above_ones_own_cannot_be_granted_or_revoked(owner: Person) -> None:
    admin, boss = owner.colleague("admin"), owner.colleague("owner")
    new = {"email": f"{secrets.token_hex(4)}@b.de", "role": "owner"}
    answer = admin.post("invitations", json=new)
    assert code_of(answer) == (403, "role_too_high")
    assert owner.items("invitations", email=new["email"]) == []
    ids = {m["user"]: m["id"] for m in owner.all("memberships")}
    for change in ({"role": "reader"}, {"role": "owner"}):
        assert admin.patch(f"memberships/{ids[boss.id]}", json=change).status_code == 403
    assert admin.patch(f"memberships/{ids[admin.id]}", json={"role": "owner"}).status_code == 403
    assert admin.delete(f"memberships/{ids[boss.id]}").status_code == 403
    assert admin.delete(f"users/{boss.id}").status_code == 403, "nor by deleting the account"
    results = admin.post("memberships/bulk", json={"action": "delete", "ids": [ids[boss.id]]}).json()["results"]
    assert results[0]["status"] == 403
    assert boss.get("content").status_code == 200


def test_last_owner_cannot_be_removed(studio: ControlPlane, owner: Person) -> None:
    alone = studio.organization(f"Alone {secrets.token_hex(3)}", f"{secrets.token_hex(4)}@b.de")
    (own,) = alone.items("memberships")
    path = f"memberships/{own['id']}"
    assert code_of(alone.patch(path, json={"role": "admin"})) == (409, "last_owner")
    assert code_of(alone.delete(path)) == (409, "last_owner")
    assert code_of(alone.delete(f"users/{alone.id}")) == (409, "last_owner")
    second = alone.colleague("owner")
    assert alone.patch(path, json={"role": "admin"}).status_code == 200
    assert second.get("content").status_code == 200


def test_deleting_a_user_ends_their_sessions(studio: ControlPlane, owner: Person, person: Person) -> None:
    assert owner.delete(f"users/{person.id}").status_code == 204
    assert person.get("content").status_code == 401
    assert studio.rows("session", user=person.id) == [] and studio.rows("membership", user=person.id) == []
    assert post(Person(studio), "login", email=email_of(person), password=PASSWORD).status_code == 401


def test_password_hashes_are_never_returned(studio: ControlPlane, owner: Person, person: Person) -> None:
    (row,) = studio.rows("user", id=person.id)
    for answer in (owner.get("users"), owner.get(f"users/{person.id}"), owner.get("audit_entries", params={"limit": 200}),
                   owner.get("memberships", params={"expand": "user"})):  # fmt: skip
        assert answer.status_code == 200
        assert row["password_hash"] not in answer.text and "argon2" not in answer.text


def test_organization_with_libraries_cannot_be_deleted(studio: ControlPlane, owner: Person, tmp_path: Any) -> None:
    """The pipeline adds new media to the organization that owns the library."""
    id = studio.put("library", organization=owner.organization, name=f"L{secrets.token_hex(3)}", path=str(tmp_path))
    answer = owner.delete(f"organizations/{owner.organization}")
    assert code_of(answer) == (409, "in_use")
    assert [x["id"] for x in owner.items("libraries") if x["id"] == id]
