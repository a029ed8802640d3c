"""Browsers that have signed in to an account before, so that failed attempts of others do not lock them out.

After a sign-in, the browser gets a cookie with the account and a random id, encrypted. With it, attempts to sign in to
this account are counted for the browser alone, instead of for the account and the address.
"""

from __future__ import annotations

import secrets

from otnet_server.identity.secret_box import SecretBox

COOKIE = "otnet_known_device"
LIFETIME_S = 365 * 86400
PURPOSE = "known device"


class KnownDevices:
    def __init__(self, secret_box: SecretBox) -> None:
        self._secret_box = secret_box

    def issue(self, user_id: str) -> str:
        """The value of the cookie for a browser that has signed in."""
        return self._secret_box.seal(PURPOSE, f"{user_id} {secrets.token_hex(8)}")

    def id_for(self, value: str, user_id: str) -> str | None:
        """The id of the browser, or None when the cookie is not valid for this account."""
        try:
            user, _, id = self._secret_box.open(PURPOSE, value).partition(" ")
        except ValueError:
            return None
        return id if id and user == user_id else None
