"""Finds out which account a token belongs to, and that it is the one that was configured.

What does not belong here: checking a token's signature; the server does that with every request.
"""

from __future__ import annotations

import base64
import binascii
from decimal import Decimal, InvalidOperation

import msgspec

from lightspeed_prima.lightspeed.client import ApiClient
from lightspeed_prima.lightspeed.errors import AuthFailed
from lightspeed_prima.lightspeed.r_series.paging import read_one


def find_account_id(configured: str | None, access_token: str, client: ApiClient) -> str:
    """The configured id, checked against the token's `acct` claim; else the claim; else Account.json's."""
    claimed = account_claim(access_token)
    if configured and claimed and configured != claimed:
        raise AuthFailed(
            f"the token belongs to Lightspeed account {claimed}, the configuration says {configured}",
            next_step="correct account_id of this account, or authorise the app in the right one",
        )
    if configured or claimed:
        return configured or claimed
    address = f"{client.base_url}/API/V3/Account.json"
    found = read_one(client, address, "Account").fields.get("accountID", "")
    if not found:
        raise AuthFailed(
            "Lightspeed does not say which account the token belongs to",
            next_step="set account_id of this account",
        )
    return found


def account_claim(access_token: str) -> str:
    """The `acct` claim of a JWT; "" when there is none. Claims may come as numbers with a point."""
    segments = access_token.split(".")
    if len(segments) != 3:
        return ""
    padded = segments[1] + "=" * (-len(segments[1]) % 4)
    try:
        claims = msgspec.json.decode(base64.urlsafe_b64decode(padded), type=dict[str, msgspec.Raw])
        text = bytes(claims.get("acct", b"")).decode().strip('"')
        return str(int(Decimal(text)))
    except (
        binascii.Error,
        msgspec.DecodeError,
        UnicodeDecodeError,
        InvalidOperation,
        ValueError,
        OverflowError,
    ):
        return ""
