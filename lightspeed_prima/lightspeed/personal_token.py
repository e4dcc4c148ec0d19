"""A personal token as credentials: one secret that never expires and cannot be renewed. X-Series only.

What does not belong here: OAuth, which rotates (oauth.py).
"""

from __future__ import annotations

from lightspeed_prima.lightspeed.errors import AuthFailed


class PersonalToken:
    """Fits `Credentials`."""

    def __init__(self, account: str, token: str) -> None:
        self._account = account
        self._token = token

    def access_token(self) -> str:
        """The token as it was configured."""
        return self._token

    def renew(self, rejected: str) -> str:  # noqa: ARG002 - there is only one token to reject
        """Nobody but a person can make another one."""
        raise AuthFailed(
            f"Lightspeed does not accept the personal token of account {self._account!r}",
            next_step="create a new personal token in Lightspeed (Setup, Personal tokens) and put it where "
            "personal_token_env or personal_token_file of this account points",
        )
