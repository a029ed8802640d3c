"""Failed sign-ins of others do not lock an account's owner out of a browser that has signed in before."""

from __future__ import annotations

import itertools

import httpx
import pytest

from otnet_server.identity.known_devices import COOKIE
from otnet_server.identity.throttle import FREE_ATTEMPTS
from tests.control.services import PASSWORD, Client, ControlPlane, Person
from tests.identity.conftest import Clock


def sign_in(client: Client, email: str, password: str) -> int:
    return client.post("/api/v1/auth/login", json={"email": email, "password": password}).status_code


ADDRESSES = itertools.count(1)  # an address with failed sign-ins is throttled too


@pytest.fixture
def person(owner: Person) -> Person:
    return owner.colleague("editor", address=f"198.51.100.{next(ADDRESSES)}")


def lock(studio: ControlPlane, email: str, address: str = "") -> None:
    stranger = Person(studio, address=address or f"192.0.2.{next(ADDRESSES)}")
    assert [sign_in(stranger, email, f"guess {n}") for n in range(FREE_ATTEMPTS + 1)][-1] == 429


def email_of(person: Person) -> str:
    return str(person.document["user"]["email"])


def test_known_browser_is_exempt_from_the_lock_of_its_account(studio: ControlPlane, person: Person) -> None:
    email = email_of(person)
    lock(studio, email)
    assert sign_in(Person(studio, address="192.0.2.251"), email, PASSWORD) == 429, "an unknown browser is locked"
    assert person.post("/api/v1/auth/logout").status_code == 204
    assert sign_in(person, email, PASSWORD) == 200


def test_known_browser_is_exempt_from_the_lock_of_its_address(studio: ControlPlane, owner: Person) -> None:
    person = owner.colleague("editor", address="192.0.2.252")
    lock(studio, "nobody@example.org", "192.0.2.252")
    assert sign_in(person, email_of(person), PASSWORD) == 200


def test_guesses_from_a_known_browser_are_throttled(studio: ControlPlane, person: Person, clock: Clock) -> None:
    codes = [sign_in(person, email_of(person), f"guess {n}") for n in range(FREE_ATTEMPTS + 1)]
    assert codes == [401] * FREE_ATTEMPTS + [429]
    clock.now += 10_000
    assert sign_in(person, email_of(person), PASSWORD) == 200


@pytest.mark.parametrize("value", ["", "x", "AAAA", "é", "A" * 64])
def test_forged_cookie_and_that_of_another_account_are_worth_nothing(
    studio: ControlPlane, person: Person, owner: Person, value: str
) -> None:
    email = email_of(owner.colleague("editor"))
    lock(studio, email)
    header = f"{COOKIE}={value}" if value else "; ".join(f'{c.name}="{c.value}"' for c in person.cookies.jar)
    stranger = Client(studio, address="192.0.2.253", headers=httpx.Headers([("Cookie", header)], encoding="utf-8"))
    assert sign_in(stranger, email, PASSWORD) == 429


def test_cookie_is_sent_to_the_authentication_api_only(studio: ControlPlane, person: Person) -> None:
    (cookie,) = [c for c in person.cookies.jar if c.name == COOKIE]
    assert cookie.path == "/api/v1/auth" and cookie.has_nonstandard_attr("HttpOnly")
    assert email_of(person) not in str(cookie.value) and person.id not in str(cookie.value)
