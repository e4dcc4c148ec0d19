"""Rules about more than one key: what a series needs, what excludes what, what must differ between accounts.

What does not belong here: the kind of a single value (values.py). The checks read the plain document,
before the models, so that they can speak even when other keys are wrong.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from typing import Any

from lightspeed_prima.settings.models import ACCOUNTS, LightspeedAccount, Secret
from lightspeed_prima.settings.problems import Location, Problems
from lightspeed_prima.settings.values import is_plain_http_to_elsewhere

_SECRETS = {secret.key: secret for secret in LightspeedAccount.secrets().values()}
_OAUTH = ("client_id", "client_secret", "refresh_token")

Block = dict[str, Any]


def check_accounts(document: dict[str, Any], problems: Problems) -> None:
    """The [[lightspeed]] blocks, each by itself and against one another."""
    blocks = list(_blocks(document))
    for location, block in blocks:
        if block.get("series") == "R":
            _check_r_series(location, block, problems)
        elif block.get("series") == "X":
            _check_x_series(location, block, problems)
    for (_, first), (location, second) in combinations(blocks, 2):
        _check_pair(first, location, second, problems)


def check_prima(document: dict[str, Any], problems: Problems) -> None:
    """Plain http only where it was allowed; a company exactly where the operation takes one."""
    prima = document.get("prima")
    if not isinstance(prima, dict):
        return
    for key in ("endpoint", "wsdl", "ledger_extract"):
        url = prima.get(key)
        if isinstance(url, str) and prima.get("allow_insecure_http") is not True and _leaks(url):
            problems.add(
                ("prima", key),
                "is plain http to another machine; set allow_insecure_http = true to accept that",
            )
    takes_company = prima.get("operation") == "comwsomhandler"
    if takes_company and not prima.get("company"):
        problems.add(("prima", "company"), 'is needed with operation = "comwsomhandler"')
    if prima.get("company") and not takes_company:
        problems.add(("prima", "company"), 'is only for operation = "comwsomhandler"')


def check_alerts(document: dict[str, Any], problems: Problems) -> None:
    """Mail needs a host, a sender and somebody to send to."""
    alerts = document.get("alerts")
    if not isinstance(alerts, dict):
        return
    needed = ("smtp_host", "smtp_from", "smtp_to")
    if any(alerts.get(key) for key in (*needed, "smtp_port")):
        for key in needed:
            if not alerts.get(key) and not problems.has(("alerts", key)):
                problems.add(("alerts", key), "is missing; mail needs smtp_host, smtp_from and smtp_to")


def _leaks(url: str) -> bool:
    try:
        return is_plain_http_to_elsewhere(url)
    except ValueError:
        return False  # not a URL at all, which the model says better


def _blocks(document: dict[str, Any]) -> Iterator[tuple[Location, Block]]:
    blocks = document.get(ACCOUNTS)
    for index, block in enumerate(blocks if isinstance(blocks, list) else []):
        if isinstance(block, dict):
            yield (ACCOUNTS, index), block


def _check_r_series(location: Location, block: Block, problems: Problems) -> None:
    _require_oauth(location, block, problems)
    for form in _given(block, _SECRETS["personal_token"]):
        problems.add((*location, form), "is only for X-Series accounts")


def _check_x_series(location: Location, block: Block, problems: Problems) -> None:
    if "account_id" in block:
        problems.add((*location, "account_id"), "is only for R-Series accounts")
    if not _given(block, _SECRETS["personal_token"]):
        _require_oauth(
            location, block, problems, alternative=" (or personal_token_env instead of the OAuth keys)"
        )
        return
    for key in _OAUTH:
        for form in _given(block, _SECRETS[key]):
            problems.add((*location, form), "is left out when a personal token is given")


def _require_oauth(location: Location, block: Block, problems: Problems, alternative: str = "") -> None:
    for key in _OAUTH:
        if not _given(block, _SECRETS[key]):
            problems.add((*location, f"{key}_env"), f"is missing; give {key}_env or {key}_file{alternative}")


def _given(block: Block, secret: Secret) -> list[str]:
    return [form for form in secret.forms if form in block]


def _check_pair(first: Block, location: Location, second: Block, problems: Problems) -> None:
    name, other_name = second.get("account"), first.get("account")
    # Names that differ only in case or in - and _ would share a token file and environment variables.
    if isinstance(name, str) and isinstance(other_name, str) and _folded(name) == _folded(other_name):
        problems.add(
            (*location, "account"), f"{name!r} is already the name of another account ({other_name!r})"
        )
    prefix, other = second.get("order_prefix"), first.get("order_prefix")
    if not (isinstance(prefix, str) and isinstance(other, str) and prefix and other):
        return
    if prefix.startswith(other) or other.startswith(prefix):
        problems.add(
            (*location, "order_prefix"),
            f"{prefix!r} overlaps with {other!r} of account {other_name!r}: neither may begin with the other,"
            " or two sales could get one document number",
        )


def _folded(name: str) -> str:
    return name.lower().replace("-", "_")
