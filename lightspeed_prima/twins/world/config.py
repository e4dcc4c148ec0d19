"""The configuration file of the sandbox, as docs/interface.md section 2 describes it.

Who writes it where, and with which ports, belongs to twins/sandbox.py.
"""

from __future__ import annotations

from datetime import date

from lightspeed_prima.twins.world.shops import ACCOUNT, ACCOUNT_ID

CLIENT_ID = "sandbox-client"
CLIENT_SECRET = "sandbox-secret"
FIRST_REFRESH_TOKEN = "def50200sandbox-first"
SECRETS = {
    "secrets/lightspeed_client_id": CLIENT_ID,
    "secrets/lightspeed_client_secret": CLIENT_SECRET,
    "secrets/lightspeed_refresh_token": FIRST_REFRESH_TOKEN,
}

_TEMPLATE = """\
# The sandbox: twins of Lightspeed and Prima on this machine. Written by `lightspeed-prima sandbox`.
[warehouse]
path = "../warehouse.duckdb"
published = "../reconciliation.duckdb"

[mappings]
directory = "mappings"

[[lightspeed]]
account = "{account}"
series = "R"
base_url = "http://127.0.0.1:{lightspeed_port}"
token_url = "http://127.0.0.1:{lightspeed_port}/auth/oauth/token"
account_id = "{account_id}"
order_prefix = "701"
start_from = "{start_from}"
client_id_file = "secrets/lightspeed_client_id"
client_secret_file = "secrets/lightspeed_client_secret"
refresh_token_file = "secrets/lightspeed_refresh_token"

[prima]
endpoint = "http://127.0.0.1:{prima_port}/wsalive/wsalive"
wsdl = "http://127.0.0.1:{prima_port}/wsalive/wsalive/wsdl?targetURI=urn:omlink"
max_connections = 4
ledger_extract = "http://127.0.0.1:{prima_port}/extracts/ledger.csv"

[posting]
journal = "sqlite:///../journal.db"
closed_until = ""
quiet_window_seconds = 2
"""


def config_toml(lightspeed_port: int, prima_port: int, *, start_from: date) -> str:
    """The file for twins on these loopback ports, to lie in <home>/data/sandbox/."""
    return _TEMPLATE.format(
        account=ACCOUNT,
        account_id=ACCOUNT_ID,
        lightspeed_port=lightspeed_port,
        prima_port=prima_port,
        start_from=start_from.isoformat(),
    )
