"""Encrypted delivery of content keys in CPIX documents (DASH-IF CPIX 2.3 §8.2, RFC 6030 §6). Pure but for randomness.

A document key of 32 bytes encrypts the content keys (AES-256-CBC, the initialization vector first), and a MAC key of 64
bytes authenticates them (HMAC-SHA512 over the encrypted value). Both are encrypted to the certificate of each recipient
(RSA-OAEP-MGF1P with SHA-1, as XML Encryption defines it).
"""

from __future__ import annotations

import base64
import copy
import hashlib
import hmac
import secrets
from collections.abc import Callable, Mapping, Sequence
from xml.etree.ElementTree import Element

from cryptography import x509
from cryptography.hazmat.primitives import hashes, padding
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.padding import MGF1, OAEP
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from otnet_server.errors import CpixError
from otnet_server.protection.cpix import CPIX, NAMESPACES, PSKC, CpixRequest, PutKey, child, response
from otnet_server.protocols import Signalling

MIN_RSA_BITS = 2048
MAX_RECIPIENTS = 8
RSA_OAEP = "http://www.w3.org/2001/04/xmlenc#rsa-oaep-mgf1p"
AES_256_CBC = "http://www.w3.org/2001/04/xmlenc#aes256-cbc"
HMAC_SHA512 = "http://www.w3.org/2001/04/xmldsig-more#hmac-sha512"
RandomBytes = Callable[[int], bytes]


def delivered(
    request: CpixRequest,
    keys: Mapping[bytes, bytes],
    signalling: Mapping[bytes, Sequence[Signalling]],
    random_bytes: RandomBytes = secrets.token_bytes,
) -> bytes:
    """The filled request: with keys in plain text, or encrypted if it names recipients. Raises CpixError."""
    if not request.recipients:
        return response(request, keys, signalling)
    if len(request.recipients) > MAX_RECIPIENTS:
        raise CpixError("bad_recipient", f"The document has {len(request.recipients)} recipients.",
                        f"Name at most {MAX_RECIPIENTS}.")  # fmt: skip
    document_key, mac_key = random_bytes(32), random_bytes(64)
    requested = request.root.findall("cpix:DeliveryDataList/cpix:DeliveryData", NAMESPACES)
    delivery = [
        _delivery_data(element, public_key(certificate), document_key, mac_key)
        for element, certificate in zip(requested, request.recipients, strict=True)
    ]
    return response(request, keys, signalling, _putter(document_key, mac_key, random_bytes), delivery)


def public_key(certificate: bytes) -> rsa.RSAPublicKey:
    """The key of a certificate in DER. Raises CpixError."""
    try:
        key = x509.load_der_x509_certificate(certificate).public_key()
    except (ValueError, TypeError) as e:
        raise CpixError("bad_recipient", f"The certificate of a recipient is not valid ({type(e).__name__}).",
                        "Send an X.509 certificate in DER and Base64.") from None  # fmt: skip
    if not isinstance(key, rsa.RSAPublicKey) or key.key_size < MIN_RSA_BITS:
        raise CpixError("bad_recipient", "The certificate of a recipient has no RSA key of 2,048 bits or more.",
                        "Use a certificate with such a key.")  # fmt: skip
    return key


def _delivery_data(requested: Element, key: rsa.RSAPublicKey, document_key: bytes, mac_key: bytes) -> Element:
    """`DeliveryData` with the document key and the MAC key for one recipient, in the order of the XML schema and the
    form of SPEKE."""
    element = requested.makeelement(requested.tag, dict(requested.attrib))
    element.extend(copy.deepcopy(e) for e in requested.findall("cpix:DeliveryKey", NAMESPACES))
    document = child(element, CPIX, "DocumentKey")
    document.set("Algorithm", AES_256_CBC)
    secret = child(child(document, CPIX, "Data"), PSKC, "Secret")
    _put_encrypted(secret, RSA_OAEP, _wrapped(key, document_key), mac_key)
    method = child(element, CPIX, "MACMethod")
    method.set("Algorithm", HMAC_SHA512)
    _put_encrypted(child(method, CPIX, "Key"), RSA_OAEP, _wrapped(key, mac_key), mac_key)
    return element


def _putter(document_key: bytes, mac_key: bytes, random_bytes: RandomBytes) -> PutKey:
    def put(element: Element, value: bytes) -> None:
        secret = child(child(element, CPIX, "Data"), PSKC, "Secret")
        _put_encrypted(secret, AES_256_CBC, encrypted(document_key, value, random_bytes(16)), mac_key)

    return put


def encrypted(key: bytes, value: bytes, iv: bytes) -> bytes:
    """The initialization vector, and `value` in AES-CBC with the padding of XML Encryption, which that of PKCS #7
    satisfies."""
    padder = padding.PKCS7(128).padder()
    padded = padder.update(value) + padder.finalize()
    encryptor = Cipher(algorithms.AES(key), modes.CBC(iv)).encryptor()
    return iv + encryptor.update(padded) + encryptor.finalize()


def _wrapped(key: rsa.RSAPublicKey, secret: bytes) -> bytes:
    return key.encrypt(secret, OAEP(MGF1(hashes.SHA1()), hashes.SHA1(), None))  # noqa: S303


def _put_encrypted(parent: Element, algorithm: str, cipher_value: bytes, mac_key: bytes) -> None:
    """`EncryptedValue` (XML Encryption §3.4) and `ValueMAC` (RFC 6030 §6.1.1)."""
    value = child(parent, PSKC, "EncryptedValue")
    child(value, NAMESPACES["enc"], "EncryptionMethod").set("Algorithm", algorithm)
    data = child(value, NAMESPACES["enc"], "CipherData")
    child(data, NAMESPACES["enc"], "CipherValue").text = base64.b64encode(cipher_value).decode()
    mac = hmac.new(mac_key, cipher_value, hashlib.sha512).digest()
    child(parent, PSKC, "ValueMAC").text = base64.b64encode(mac).decode()
