"""Tokens of playback sessions: for one media, until a time, signed."""

from __future__ import annotations

import pytest

from otnet_server.playback.session_tokens import SessionTokens

AT = 1_800_000_000
TOKENS = SessionTokens(b"s" * 32)
TOKEN = TOKENS.make("a-session_id", "abc123", AT + 60)
SESSION, END, SIGNATURE = TOKEN.split(".")


def test_token_names_its_session_until_it_ends() -> None:
    assert TOKENS.session_of(TOKEN, "abc123", AT) == "a-session_id"
    assert TOKENS.session_of(TOKEN, "abc123", AT + 59.9) == "a-session_id"
    assert TOKENS.session_of(TOKEN, "abc123", AT + 60) is None
    assert len(TOKEN) < 60 and TOKEN.isascii() and "/" not in TOKEN


@pytest.mark.parametrize(
    "token",
    ["", ".", "..", "...", SESSION, f"{SESSION}.{END}", f"{SESSION}.{END}.", f"{SESSION}.{END}.{SIGNATURE[:-1]}",
     f"{SESSION}.{END}.{SIGNATURE}=", f"{SESSION}.f{END}.{SIGNATURE}", f"{SESSION}x.{END}.{SIGNATURE}",
     f"{SESSION}.{END.upper()}.{SIGNATURE}", f"{SESSION}..{SIGNATURE}", f"{SESSION}.{END}.{SIGNATURE.swapcase()}",
     f" {TOKEN}", TOKEN + "x" * 100, "é.ü.ö", "\ud800.1.x", SessionTokens(b"t" * 32).make("a-session_id", "abc123", AT + 60)],
)  # fmt: skip
def test_other_tokens_are_invalid(token: str) -> None:
    assert TOKENS.session_of(token, "abc123", AT) is None


@pytest.mark.parametrize("media", ["", "abc12", "abc1234", "other", "abc123\n"])
def test_token_of_one_media_is_invalid_for_another(media: str) -> None:
    assert TOKENS.session_of(TOKEN, media, AT) is None
