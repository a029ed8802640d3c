"""The refusals of the session DRM proxy, with the problem types of DASH-IF. Pure."""

from __future__ import annotations

from otnet_server.errors import ApiError
from otnet_server.protection import proofs, tokens

NOT_AUTHORIZED = "https://dashif.org/drm-problems/not-authorized"
INSUFFICIENT_PROOF = "https://dashif.org/drm-problems/insufficient-proof-of-authorization"
PROOF_CHALLENGE = f'DPoP error="invalid_dpop_proof", algs="{proofs.ALGORITHM}"'
TOKEN_PROBLEMS: dict[tokens.RefusedBecause, tuple[str, str]] = {
    "token_missing": ("A licence needs a playback token.", "Send the “drm.token” of the playback configuration."),
    "token_invalid": ("The playback token is not valid.", "Request the playback configuration again."),
    "token_expired": ("The playback token has expired.", "Send a heartbeat, whose response has another one."),
}
PROOF_PROBLEMS: dict[proofs.RefusedBecause, tuple[str, str]] = {
    "proof_missing": (
        "The playback session is bound to a device, and the request has no proof that it comes from there.",
        "Send a proof (RFC 9449) by the key of the session as “DPoP”.",
    ),
    "proof_invalid": (
        "The proof of possession is not valid for this request.",
        "Make one for its method, URL and playback token, at the time of the server.",
    ),
    "proof_of_another_device": (
        "The playback session is bound to another device.",
        "Request the playback configuration again.",
    ),
    "proof_replayed": ("The proof of possession was used before.", "Make another one for each request."),
    "proof_required": (
        "The organization gives licences only to devices that prove possession of a key.",
        "Send a heartbeat with a proof (RFC 9449) as “DPoP” first.",
    ),
}


class LicenceRefused(ApiError):
    """A refusal with a problem type of DASH-IF."""

    def __init__(self, status: int, code: str, message: str, remedy: str = "", **headers: str) -> None:
        super().__init__(status, code, message, remedy, **headers)
        if status in (401, 403):
            self.members["type"] = INSUFFICIENT_PROOF if status == 401 else NOT_AUTHORIZED


def token_refused(reason: tokens.RefusedBecause) -> LicenceRefused:
    return LicenceRefused(401, reason, *TOKEN_PROBLEMS[reason], WWW_Authenticate="Bearer")


def proof_refused(reason: proofs.RefusedBecause) -> LicenceRefused:
    return LicenceRefused(401, reason, *PROOF_PROBLEMS[reason], WWW_Authenticate=PROOF_CHALLENGE)
