"""The signature of KeyOS, with vectors that `openssl dgst -sha1 -sign` made."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from pydantic import SecretStr, ValidationError

from otnet_server import ContentKey, DrmSystem, LicenceRequest, TrackClass
from otnet_server.testing import drm
from plugins.drm_buydrm import Settings
from plugins.drm_buydrm.authentication import authentication_data, authentication_xml, loaded_key, signature

PRIVATE_KEY = """-----BEGIN PRIVATE KEY-----
MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQCxkAg/rn9bcJIr
TGh+mgWvnqxb5j9WOK3OAUSMtY59Qkmk17Uo+JcsafLZCHim8u6Nzjl+egcmhCz2
paInL4K2NN0oX8aXpNuqxyKQAU0ezaiJclp+dieVp2KREFH90qlzsCP/wOo5r+nA
k2jfZXFmD1RKh4/nXqB6C0vWo3NXWfqX06vYoZVaDTOdnouB7/oQKX9zEZnTZ+dc
OlRG46Hn7pA+KWKG5CyA8PYVnzJB4Lpo5D+K36rYWjf6F3rSr7q3mXH7AfQX74Ju
7iUo/Q6t4zx9sYWwSidKtC+rpbDJmMRA95g6dUdCyOLx/kjthwJ4HEnZABFpDLFs
J24NPH5PAgMBAAECggEACj7S0wXZEGgi7v+mKePuPw9rR5Q2BF4Z3UCieXICakTY
ZfwSVm5dnrDwU8iS2aM704/aLmuRHQ5UX9j3zcYGh0fumOVJ2rcm+6go3OFOV2Ar
gN7JzPE5YH+7hr5H1NsCbwvzT88MVM7LMJLw4q8CR47L4M8IpSOHI/Oh6R0eSyRr
xpxmckZk3+wH6B3jrQ6afUGm8bsIyWBoaq+iAzsJAvuBwPn94IhUNRpy3doSK5ux
+PycSjyqmbsij4aSiO2xxkYeJpvTtBbrECOPPhTKGi0IgTie6M5NC8U4gUd4RyGL
AdsjWLsDxN0lwV4Hr//MtNoSgitC2BkC4MNmabLjGQKBgQDpPIKvFp5JxSI7jmh0
utHR3D7+4g2MspYP/sduSbJm7H64kTJbwF+9rpOoJ7WIYzu5x4rTqF2FMHsHBp8l
rQ6ZwahzS/RnXTx0F2SXee6uIg6cJ1HFPSv0SqE+JPi56cvk5fTAyEhnpEE9D4j6
BNn0KIGMtVAr+DL4nickcJujmQKBgQDC5H6T+7x5FlQ3lYELcSgBA9/tgCBqY2Mz
74mqUo5mehk9oUU6QhYI+YRm7GTOAiCdEWrvvKsMNU+VgWx7OiBaeOkUTEh1rwwR
jcFPj7W21GTG6HU0A+A7UoMZtHDyOuZrS0uabNYnA9h4qU1C2053xjFGWM/QohxN
9WqYZ9ZiJwKBgC050o1o8WCUnUK3JoIcB7uN3ZlG9CGoL3kCimFUYQecLCZV4VHx
R59cTr14lbbQpzArBTxtlVTSRcji+9EucXpXFvbkb4vrhGFud873kdSqPfMBnNWG
OxOvtPx75s8GCsdj38XSEFgofY39iS4R6sFxaU2Divw7sIaNBEIIo+VhAoGBAIGV
GZBdZeCA9zgKAMZR045xPBeXBHaYZKJol3kW8TWz40p2CyiEPlBzTxR8Az5ybarh
pN+H65bvb13xsuZwLIjbMeZcHiWZYQXe4fR7kg/hQqx6bUtLdHEdGKwjrKFyhjg6
1Sb1TKKeTPVVZFiapp6+uY6TiIGo9/bhwaFaEVIrAoGALEKxP75zEAH/RwBYHGjk
TD82VqFW0s+EWdZS1VEoQ+qqBGBDW3p15RGoOn546SOWFnxl7vEK4QDo9pQ7mr4D
dHl+JURSH0oH+ATL2T4ullLe676o+FD3x7GVK7+LMvZOYIqJl3IDrc2G1QVve3bL
+82Dy54n3bitnjES5hPTu7c=
-----END PRIVATE KEY-----
"""
DATA = """
<Data>
<GenerationTime>2026-01-02 03:04:05.678</GenerationTime>
<ExpirationTime>2026-01-02 03:09:05.678</ExpirationTime>
<UniqueId>00000000000040008000000000000001</UniqueId>
<RSAPubKeyId>0123456789abcdef</RSAPubKeyId>
<KeyIDList>
<KeyID>10112233-4455-6677-8899-aabbccddeeff</KeyID>
</KeyIDList>
<WidevinePolicy fl_CanPlay="true" fl_CanPersist="false">
<PlaybackDuration>3600</PlaybackDuration>
<LicenseDuration>3600</LicenseDuration>
</WidevinePolicy>
<WidevineContentKeySpec TrackType="AUDIO">
<SecurityLevel>1</SecurityLevel>
</WidevineContentKeySpec>
</Data>
""".replace("\n", "")
SIGNATURE = (
    "C9jBpYIFXsRgIOrQPsNdqpitbablN0vpUZz0VJ41fuelYL/0Dec04qWaLJIREnykww19792ditFZWAplh1+lC0d9q0ko2i1tOL0b"
    "9One+n6uxuFK7W0hFICunPc39LokIRb8AHNPWY1Pt42G1UB/oKnfXaiU9vWpUFfj94ErU8IrUoLoH/T847M+HZluN9PInQ2OSDpF"
    "sv1xKb8Be4SqWIAe1luAQYXfREzeoHwJ2MNcBcp3zbU326lFoMJzfxTtcYb/oaEqyI6CgrdwgczHOLqgip8YdlO6mRkntdOlDrq/"
    "gkPk3bPxOB47rmHha6mU5MXfSTEot+/ARoA1G0FaHw=="
)
SHORT_SIGNATURE = (
    "VjJ+QQO2qen/bIouicdnGNygqvPKIjIMS7MmNj7si6ZrnaOfiZKlmvovNwnzAEOUVbd5+MehQU3CoIrA7rECTu8eJCBA8VjL9rbW"
    "GCapfEPOAUojC/e8HldbinM5cY1JAJr+1Pipz5K9zE+Rv7GM5ROnwlJY8QBetAhoP7c1FE2crX5OiR9EgXzXpGgf4stE5mWbrXyP"
    "M2yvYyAX9BkNUj02liQhjllD2orgd1GirKt0MwIDQZZRB9ECBVAC9CsSTX3YVP/Y4h/A8shfa4yZedjOmewDuhIN9y9hPogQyz12"
    "Ro1G+jNPt5S2/iWHR1c0M4xvKhxpmOz5nHl/C62jPA=="
)
NOW = datetime(2026, 1, 2, 3, 4, 5, 678_900, UTC)
SETTINGS = Settings(
    private_key=SecretStr(PRIVATE_KEY), public_key_id="0123456789abcdef", server_key=SecretStr("server-key-1"),
    user_key=SecretStr("user-key-1"),
)  # fmt: skip
REQUEST = LicenceRequest(
    DrmSystem.WIDEVINE, b"x", "title", "cbcs", drm.KEYS[:1], "s", "v", NOW + timedelta(hours=1), SETTINGS
)


@pytest.mark.parametrize(("data", "expected"), [(DATA, SIGNATURE), ("<Data>ü</Data>", SHORT_SIGNATURE)])
def test_signature_is_that_of_the_vectors(data: str, expected: str) -> None:
    assert signature(PRIVATE_KEY, data) == expected
    for pasted in (
        f"\n{PRIVATE_KEY}  ",
        PRIVATE_KEY.replace("\n", "\r\n"),
        PRIVATE_KEY.replace("\n", ""),
        PRIVATE_KEY.replace("\n", " "),
    ):
        assert signature(pasted, data) == expected


def test_the_document_is_that_of_the_vector() -> None:
    unique_id = UUID("00000000-0000-4000-8000-000000000001")
    assert authentication_data(SETTINGS, REQUEST, drm.KEYS[:1], 3600, NOW, unique_id) == DATA
    document = authentication_xml(SETTINGS, REQUEST, drm.KEYS[:1], 3600, NOW, unique_id).decode()
    assert document == f"<KeyOSAuthenticationXML>{DATA}<Signature>{SIGNATURE}</Signature></KeyOSAuthenticationXML>"


def test_a_changed_document_has_another_signature() -> None:
    assert signature(PRIVATE_KEY, DATA.replace("3600", "3601")) != SIGNATURE


@pytest.mark.parametrize(("system", "hardware_from", "texts", "absent"), [
    (DrmSystem.WIDEVINE, "", ('TrackType="UHD1"><SecurityLevel>1<', 'TrackType="HD"><SecurityLevel>1<'), ("HDCP",)),
    (DrmSystem.WIDEVINE, "UHD", ('"UHD1"><SecurityLevel>5<', "<RequiredHDCP>HDCP_V2_2<", '"HD"><SecurityLevel>1<'), ()),
    (DrmSystem.WIDEVINE, "HD", ('"HD"><SecurityLevel>5<', "<RequiredHDCP>HDCP_V1<", '"SD"><SecurityLevel>1<'), ()),
    (DrmSystem.PLAYREADY, "", ("<MinimumSecurityLevel>2000<",), ("3000",)),
    (DrmSystem.PLAYREADY, "UHD", ("<MinimumSecurityLevel>2000<", "<MinimumSecurityLevel>3000<"), ()),
    (DrmSystem.FAIRPLAY, "", ('persistent="false"><HDCPEnforcement>HDCP_NONE<',), ("HDCP_TYPE",)),
    (DrmSystem.FAIRPLAY, "HD", ("HDCP_TYPE0",), ("HDCP_NONE",)),
])  # fmt: skip
def test_policies_follow_the_class_of_the_tracks(
    system: DrmSystem, hardware_from: str, texts: tuple[str, ...], absent: tuple[str, ...]
) -> None:
    keys = tuple(ContentKey(bytes([n] * 16), bytes(16), c) for n, c in enumerate(TrackClass))
    settings = SETTINGS.model_copy(update={"hardware_from": hardware_from})
    data = authentication_data(settings, replace(REQUEST, system=system), keys, 60, NOW, UUID(int=1))
    assert all(text in data for text in texts) and not any(text in data for text in absent)
    assert "> <" not in data and data.count("<KeyID>") == len(keys)


EC_KEY = """-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgevZzL1gdAFr88hb2
OF/2NxApJCzGCEDdfSp6VQO30hyhRANCAAQRWz+jn65BtOMvdyHKcvjBeBSDZH2r
1RTwjmYSi9R/zpBnuQ4EiMnCqfMPWiZqB4QdbAd0E7oH50VpuZ1P087G
-----END PRIVATE KEY-----"""


@pytest.mark.parametrize("pem", ["", "x", PRIVATE_KEY[:200], EC_KEY, PRIVATE_KEY.replace("PRIVATE", "PUBLIC"), "ключ"])
def test_private_keys_that_are_not_rsa_are_refused_without_being_shown(pem: str) -> None:
    with pytest.raises(ValueError, match="RSA private key"):
        loaded_key(pem)
    with pytest.raises(ValidationError) as refused:
        Settings.model_validate({**SETTINGS.model_dump(), "private_key": pem})
    assert not pem or pem not in str(refused.value)
