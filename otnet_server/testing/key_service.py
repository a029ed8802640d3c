"""The conformance suite for KeyService. `make` returns a service; all that it returns have the same key.

A service keeps the data keys of all organizations. What it has wrapped must open again in every process, and nowhere
but in its place.
"""

from __future__ import annotations

import asyncio
import base64
import os
import re
from collections.abc import Callable

from otnet_server import KeyContext, KeyService, KeyServiceError

MakeService = Callable[[], KeyService]
CONTEXT = KeyContext("0" * 12, "a" * 16)
OTHERS = (KeyContext("1" * 12, "a" * 16), KeyContext("0" * 12, "b" * 16), KeyContext("", ""))
MAX_CHARACTERS = 10_000


async def check_it_is_a_key_service(make: MakeService) -> None:
    service = make()
    assert isinstance(service, KeyService)
    assert re.fullmatch(r"[a-z][a-z0-9_]{0,39}", service.name), "the name is one word of at most 40 letters"
    assert isinstance(service.key, str) and service.key
    assert make().key == service.key, "the identity of a key stays the same"


async def check_another_process_unwraps_what_was_wrapped(make: MakeService) -> None:
    for value in (os.urandom(32), bytes(32), b"\xff" * 32):
        assert await make().unwrap(await make().wrap(value, CONTEXT), CONTEXT) == value


async def check_the_text_has_no_key_in_it(make: MakeService) -> None:
    value = os.urandom(32)
    text = await make().wrap(value, CONTEXT)
    assert isinstance(text, str) and 0 < len(text) <= MAX_CHARACTERS
    assert text.isascii() and text.isprintable(), "the text can be stored everywhere"
    assert not _forms_in(text, value)


async def check_equal_keys_are_not_recognizable(make: MakeService) -> None:
    """Whoever reads the database does not see which data keys are equal."""
    value = os.urandom(32)
    assert await make().wrap(value, CONTEXT) != await make().wrap(value, CONTEXT)


async def check_the_context_is_bound(make: MakeService) -> None:
    """A row that somebody copies to another organization or data key does not open there."""
    service = make()
    text = await service.wrap(os.urandom(32), CONTEXT)
    for other in OTHERS:
        assert await _is_refused(service, text, other), f"it opens for {other}"


async def check_changed_texts_are_refused(make: MakeService) -> None:
    service, value = make(), os.urandom(32)
    text = await service.wrap(value, CONTEXT)
    middle = len(text) * 3 // 4
    changed = text[:middle] + ("A" if text[middle] != "A" else "B") + text[middle + 1 :]
    for strange in (changed, text[: len(text) // 2], "", "x", "ü", "\x00", "../../sys", "v1:" + "A" * 5000):
        assert await _is_refused(service, strange, CONTEXT), f"it opens “{strange[:40]}”"
    assert await service.unwrap(text, CONTEXT) == value


async def check_concurrent_calls(make: MakeService) -> None:
    service = make()
    values = [os.urandom(32) for _ in range(8)]
    contexts = [KeyContext("0" * 12, f"{n:016}") for n in range(8)]
    texts = await asyncio.gather(*(service.wrap(v, c) for v, c in zip(values, contexts, strict=True)))
    opened = await asyncio.gather(*(service.unwrap(t, c) for t, c in zip(texts, contexts, strict=True)))
    assert list(opened) == values


async def _is_refused(service: KeyService, text: str, context: KeyContext) -> bool:
    try:
        await service.unwrap(text, context)
    except KeyServiceError as e:
        assert e.code and e.message
        return True
    return False


def _forms_in(text: str, value: bytes) -> list[str]:
    forms = (value.hex(), base64.b64encode(value).decode().rstrip("="), base64.urlsafe_b64encode(value).decode()[:-1])
    return [form for form in forms if form.lower() in text.lower()]
