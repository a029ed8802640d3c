"""Proofs of possession: only those made for this very request, by a key on P-256, are accepted."""

from __future__ import annotations

import base64
import json
import time
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from hypothesis import given
from hypothesis import strategies as st
from jwt.algorithms import ECAlgorithm

from otnet_server.protection import proofs
from otnet_server.protection.proofs import ProofRefused, ProvenRequest
from tests.protection.possession import Device

DEVICE, OTHER = Device(), Device()
URL, TOKEN = "https://films.example/api/v1/licence/clearkey", "a playback token"
REQUEST = ProvenRequest("POST", ("films.example", "origin.internal:8080"), "/api/v1/licence/clearkey", TOKEN)
RSA = rsa.generate_private_key(65537, 2048)
P384 = ec.generate_private_key(ec.SECP384R1())


def claims(**changes: Any) -> dict[str, Any]:
    return DEVICE.claims("POST", URL, TOKEN, **changes)


def signed(**changes: Any) -> str:
    return DEVICE.sign(claims(**changes))


def unsigned(header: Any, payload: Any, signature: bytes = b"") -> str:
    parts = [json.dumps(header).encode(), json.dumps(payload).encode(), signature]
    return ".".join(base64.urlsafe_b64encode(part).decode().rstrip("=") for part in parts)


def with_key(**changes: Any) -> str:
    return DEVICE.sign(claims(), jwk=DEVICE.jwk | changes)


def forged_proofs() -> dict[str, list[str]]:
    """What is wrong with each proof, and the values of the DPoP headers, which have no other fault now."""
    good, now = signed(), int(time.time())
    head, body, signature = good.split(".")
    header = {"typ": "dpop+jwt", "alg": "ES256", "jwk": DEVICE.jwk}
    x = DEVICE.jwk["x"]
    forged = {
        "empty": "", "no JWT": "x", "parts": "a.b.c", "nothing but dots": "..", "binary": "\x00\xff",
        "too long": signed(pad="a" * 2000),
        "alg none": unsigned(header | {"alg": "none"}, claims()),
        "RS256": DEVICE.sign(claims(), key=RSA, algorithm="RS256"),
        "ES384": DEVICE.sign(claims(), key=P384, algorithm="ES384", jwk=ECAlgorithm.to_jwk(P384.public_key(), True)),
        "HMAC": DEVICE.sign(claims(), key="k" * 32, algorithm="HS256"),
        "the key of another device": DEVICE.sign(claims(), key=OTHER.key),
        "another key in the header": DEVICE.sign(claims(), jwk=OTHER.jwk),
        "another type": DEVICE.sign(claims(), typ="JWT"),
        "no type": unsigned({"alg": "ES256", "jwk": DEVICE.jwk}, claims()),
        "no key": unsigned({"alg": "ES256", "typ": "dpop+jwt"}, claims()),
        "a key URL": DEVICE.sign(claims(), jku="https://attacker.example/jwks.json"),
        "a certificate URL": DEVICE.sign(claims(), x5u="https://attacker.example/cert.pem"),
        "a key id": DEVICE.sign(claims(), kid="k1"),
        "a critical extension": DEVICE.sign(claims(), crit=["exp"]),
        "a private key": with_key(**ECAlgorithm.to_jwk(DEVICE.key, as_dict=True)),
        "a member more in the key": with_key(use="sig"),
        "another key type": with_key(kty="RSA"),
        "another curve": with_key(crv="P-384"),
        "a key as text": DEVICE.sign(claims(), jwk=json.dumps(DEVICE.jwk)),
        "a list as key": DEVICE.sign(claims(), jwk=[DEVICE.jwk]),
        "a coordinate of another type": with_key(x=1),
        "a coordinate in another alphabet": with_key(x="+" * 43),
        "a short coordinate": with_key(x=x[:-4]),
        "a long coordinate": with_key(x="AAAA" + x),
        "a point off the curve": with_key(x=x[:-4] + ("AAAA" if x[-4:] != "AAAA" else "BBBB")),
        "the point zero": with_key(x="A" * 43, y="A" * 43),
        "a coordinate with a line end": with_key(x=x + "\n"),
        "a changed payload": f"{head}.{unsigned(header, claims(jti='other')).split('.')[1]}.{signature}",
        "no signature": f"{head}.{body}.", "half a signature": f"{head}.{body}.{signature[:40]}",
        "a signature of zeros": unsigned(header, claims(), bytes(64)),
        "an array as header": unsigned([1], claims()),
        "an array as payload": SIGNED_ARRAY,
        "no id": signed(jti=None), "an empty id": signed(jti=""), "a long id": signed(jti="j" * 65),
        "an id of another type": signed(jti=1), "an id that is no text": signed(jti="\ud800"),
        "another method": signed(htm="GET"), "a method in small letters": signed(htm="post"),
        "no method": signed(htm=None), "a method of another type": signed(htm=["POST"]),
        "no URL": signed(htu=None), "a URL of another type": signed(htu=[URL]), "an empty URL": signed(htu=""),
        "another host": signed(htu=URL.replace("films", "other")),
        "a host with a user": signed(htu=URL.replace("films", "films.example@films")),
        "another port": signed(htu=URL.replace("example/", "example:8443/")),
        "another path": signed(htu=URL.replace("clearkey", "widevine")), "a path more": signed(htu=URL + "/"),
        "a path in another notation": signed(htu=URL.replace("clearkey", "cl%65arkey")),
        "a path alone": signed(htu="/api/v1/licence/clearkey"), "another scheme": signed(htu=URL.replace("https", "ftp")),
        "a broken URL": signed(htu="https://[films/api/v1/licence/clearkey"),
        "another token": signed(ath=proofs.token_hash("another token")), "no token": signed(ath=None),
        "a token of another type": signed(ath=1),
        "too old": signed(iat=now - 62), "too new": signed(iat=now + 90), "no time": signed(iat=None),
        "a time as text": signed(iat=str(now)), "a time as truth": signed(iat=True),
        "an endless time": signed(iat=10**400), "no number": signed(iat=float("nan")),
    }  # fmt: skip
    return {name: [proof] for name, proof in forged.items()} | {
        "two proofs": [good, signed()], "the same proof twice": [good, good],
    }  # fmt: skip


# PyJWT signs objects only.
SIGNED_ARRAY = jwt.PyJWS().encode(b"[1]", DEVICE.key, "ES256", headers={"typ": "dpop+jwt", "jwk": DEVICE.jwk})


def test_proof_of_the_request_is_accepted() -> None:
    now = time.time()
    for url in (URL, URL.upper().replace("/API/V1/LICENCE/CLEARKEY", "/api/v1/licence/clearkey"), f"{URL}?a=b",
                URL.replace("https", "http"), URL.replace("example/", "example:443/"),
                URL.replace("films.example", "origin.internal:8080")):  # fmt: skip
        proof = proofs.verify([DEVICE.proof("POST", url, TOKEN, jti="j")], REQUEST, now)
        assert (proof.thumbprint, proof.id) == (DEVICE.thumbprint, "j"), url
    without_token = REQUEST._replace(token="")
    assert proofs.verify([DEVICE.proof("POST", URL)], without_token, now).thumbprint == DEVICE.thumbprint


def test_thumbprint_is_that_of_the_key() -> None:
    """The key and thumbprint of RFC 9449 §4.1 and §6.1."""
    jwk = {"x": "l8tFrhx-34tV3hRICRDY9zCkDlpBhF42UQUfWVAWBFs", "y": "9VE4jf_Ok_o64zbTTlcuNJajHmt6v9TDVrU0CdvGRDA"}
    key = ECAlgorithm.from_jwk({"kty": "EC", "crv": "P-256", **jwk})
    assert isinstance(key, ec.EllipticCurvePublicKey)
    assert proofs.thumbprint(key) == "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I"


@pytest.mark.parametrize("fault", forged_proofs())
def test_forged_proof_is_refused(fault: str) -> None:
    with pytest.raises(ProofRefused, match="proof_invalid"):
        proofs.verify(forged_proofs()[fault], REQUEST, time.time())


def test_request_without_a_proof_says_so() -> None:
    with pytest.raises(ProofRefused, match="proof_missing"):
        proofs.verify([], REQUEST, time.time())


METHODS, HOSTS = st.sampled_from(["GET", "POST"]), st.sampled_from(["films.example", "films.example:8443", "b.example"])
PATHS, TOKENS = st.sampled_from(["/a", "/a/b", "/a%2Fb", "/A", "/"]), st.sampled_from(["one", "two", "three"])
REQUESTS = st.builds(lambda m, h, p, t: ProvenRequest(m, (h,), p, t), METHODS, HOSTS, PATHS, TOKENS)


@given(REQUESTS, REQUESTS, st.sampled_from([DEVICE, OTHER]))
def test_proof_is_for_one_method_url_token_and_key(
    made_for: ProvenRequest, sent: ProvenRequest, device: Device
) -> None:
    now = time.time()
    proof = device.proof(made_for.method, f"https://{made_for.hosts[0]}{made_for.path}", made_for.token)
    if sent == made_for:
        assert proofs.verify([proof], sent, now).thumbprint == device.thumbprint
    else:
        with pytest.raises(ProofRefused, match="proof_invalid"):
            proofs.verify([proof], sent, now)


@given(st.text(max_size=300) | st.binary(max_size=300).map(lambda b: b.decode("latin-1")))
def test_strange_text_is_no_proof(text: str) -> None:
    with pytest.raises(ProofRefused, match="proof_invalid"):
        proofs.verify([text], REQUEST, time.time())
