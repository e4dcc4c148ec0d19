"""The configuration block of the X-Series account, as docs/interface.md section 2 describes it.

Who writes it where, and with which port, belongs to the sandbox.
"""

from __future__ import annotations

from datetime import date
from typing import Literal

from lightspeed_prima.twins.x_world.retailer import ACCOUNT

CLIENT_ID = "sandbox-x-client"
CLIENT_SECRET = "sandbox-x-secret"
FIRST_REFRESH_TOKEN = "sandbox-x-first-refresh-token"
PERSONAL_TOKEN = "lsxs_pt_sandbox0123456789"
SECRETS = {
    "secrets/lightspeed_nz_client_id": CLIENT_ID,
    "secrets/lightspeed_nz_client_secret": CLIENT_SECRET,
    "secrets/lightspeed_nz_refresh_token": FIRST_REFRESH_TOKEN,
    "secrets/lightspeed_nz_personal_token": PERSONAL_TOKEN,
}
_BLOCK = """\
[[lightspeed]]
account = "{account}"
series = "X"
base_url = "http://127.0.0.1:{port}"
order_prefix = "702"
start_from = "{start_from}"
"""
_PERSONAL = """\
personal_token_file = "secrets/lightspeed_nz_personal_token"
"""
_OAUTH = """\
token_url = "http://127.0.0.1:{port}/api/1.0/token"
client_id_file = "secrets/lightspeed_nz_client_id"
client_secret_file = "secrets/lightspeed_nz_client_secret"
refresh_token_file = "secrets/lightspeed_nz_refresh_token"
"""


def config_block(port: int, *, start_from: date, auth: Literal["personal", "oauth"] = "personal") -> str:
    """The block to append to a configuration file that lies beside the secrets."""
    template = _BLOCK + (_PERSONAL if auth == "personal" else _OAUTH)
    return template.format(account=ACCOUNT, port=port, start_from=start_from.isoformat())
