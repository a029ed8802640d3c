"""The encryption key API of KeyOS: SOAP whose argument and result are XML documents as text. Pure."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator
from typing import TYPE_CHECKING
from uuid import UUID, uuid5
from xml.sax.saxutils import escape

import defusedxml.ElementTree as ET
from defusedxml.common import DefusedXmlException

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

    from . import Settings

SOAP_ACTION = '"http://tempuri.org/ISmoothPackager/RequestEncryptionInfo"'
CONTENT_IDS = UUID("0f3c9d2e-7c0b-4f5a-8f3f-5a4e3f1f7a10")
SUCCESS = "0"
MAX_MESSAGE_CHARACTERS = 80


def key_request(settings: Settings, key_id: bytes, content_id: str) -> bytes:
    """The envelope that asks for the key with an id."""
    document = (
        "<KeyOSEncryptionInfoRequest><APIVersion>5.0.0.2</APIVersion><DRMType>smooth</DRMType>"
        f"<EncoderVersion>OTNet</EncoderVersion><UserKey>{escape(settings.user_key.get_secret_value().strip())}</UserKey>"
        f"<KeyID>{UUID(bytes=key_id)}</KeyID><ContentID>{uuid5(CONTENT_IDS, content_id)}</ContentID>"
        f"<MediaID>{escape(content_id)}</MediaID></KeyOSEncryptionInfoRequest>"
    )
    return (
        '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body>'
        '<RequestEncryptionInfo xmlns="http://tempuri.org/">'
        f"<ServerKey>{escape(settings.server_key.get_secret_value().strip())}</ServerKey>"
        f"<RequestXml>{escape(document)}</RequestXml></RequestEncryptionInfo></s:Body></s:Envelope>"
    ).encode()


def content_key(answer: bytes, key_id: bytes) -> bytes:
    """The value of the key in an answer. Raises ValueError with the reason, which has no text of the provider."""
    fields = dict(_fields(_parsed(answer)))
    if fields.get("Status") != SUCCESS:
        raise ValueError("the status of the key request is not 0; check the server key and the user key")
    try:
        if UUID(fields.get("KeyID", "")).bytes != key_id:
            raise ValueError("it has another key id")
        value = base64.b64decode(fields.get("ContentKey", ""), validate=True)
    except (binascii.Error, ValueError):
        raise ValueError("the key or its id is missing") from None
    if len(value) != 16:
        raise ValueError("the key does not have 16 bytes")
    return value


def _parsed(text: bytes | str) -> Element:
    try:
        root: Element = ET.fromstring(text, forbid_dtd=True)
    except (ET.ParseError, DefusedXmlException, LookupError, ValueError):
        raise ValueError("the answer is not valid XML") from None
    return root


def _fields(root: Element, nested: bool = True) -> Iterator[tuple[str, str]]:
    """The texts of the elements by name, also of a document that is the text of an element."""
    for element in root.iter():
        text = (element.text or "").strip()
        if text.startswith("<"):
            if nested:
                yield from _fields(_parsed(text), nested=False)
        elif text:
            yield element.tag.rpartition("}")[2], text
