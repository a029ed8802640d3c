"""Builds the identity services: accounts, invitations, sessions and the secret box."""

from __future__ import annotations

from dataclasses import dataclass

from otnet_server.db.engine import Database
from otnet_server.db.records import Records
from otnet_server.db.search import Search
from otnet_server.identity.accounts import Accounts
from otnet_server.identity.invitations import Invitations
from otnet_server.identity.secret_box import SecretBox
from otnet_server.identity.sessions import Sessions
from otnet_server.identity.viewer_profiles import ViewerProfiles


@dataclass
class IdentityServices:
    records: Records
    secret_box: SecretBox
    sessions: Sessions
    accounts: Accounts
    invitations: Invitations
    viewer_profiles: ViewerProfiles


def build_identity(db: Database, secret: bytes) -> IdentityServices:
    records, secret_box = Records(Search(db.sqlite)), SecretBox(secret)
    sessions, accounts = Sessions(db), Accounts(db, records, secret_box)
    return IdentityServices(
        records, secret_box, sessions, accounts, Invitations(db, records, sessions), ViewerProfiles(db, sessions)
    )
