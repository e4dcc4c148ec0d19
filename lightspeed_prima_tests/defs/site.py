"""A site of its own for a test: settings, mappings, a warehouse, and the real definitions to run on it.

What does not belong here: tests.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import dagster as dg

from lightspeed_prima.definitions import build_defs
from lightspeed_prima.settings import Settings, load_settings
from lightspeed_prima.warehouse.database import Warehouse

NOW = datetime(2026, 11, 10, 9, 0, tzinfo=UTC)

CONFIG = """
[mappings]
directory = "mappings"

[[lightspeed]]
account = "ie"
series = "R"
base_url = "http://127.0.0.1:9"
token_url = "http://127.0.0.1:9/token"
account_id = "1"
order_prefix = "701"
start_from = "2026-11-01"
client_id_env = "ID"
client_secret_env = "SECRET"
refresh_token_env = "TOKEN"

[prima]
endpoint = "http://127.0.0.1:9/wsalive/wsalive"
timeout_seconds = 2
"""
_SECRETS = {"ID": "id", "SECRET": "secret", "TOKEN": "token"}

MAPPINGS = {
    "shops.csv": "account,shop_id,shop_name,depot,prima_customer,vat_inclusive\nie,1,Dublin,DUB,POSDUB,yes\n",
    "skus.csv": "account,lightspeed_sku,product,mtrx1,mtrx2,mtrx3,mtrx4\nie,ABC-1,ABC,1,,,\n",
    "non_stock.csv": "account,match,product,mtrx1,mtrx2,mtrx3,mtrx4,gl_account,vat_code\n",
    "taxes.csv": "account,lightspeed_tax,rate,vat_code\nie,*/*,0.23,S\n",
    "tenders.csv": "account,payment_type_id,pay_method,sub_pay_method,gl_account,kind\nie,1,CASH,,1200,cash\n",
}


class Site:
    """One installation in a temporary folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.mappings = folder / "mappings"
        self.mappings.mkdir()
        for name, text in MAPPINGS.items():
            (self.mappings / name).write_text(text, encoding="utf-8")

    def settings(self, config: str = CONFIG) -> Settings:
        path = self.folder / "config.toml"
        path.write_text(config, encoding="utf-8")
        return load_settings(path, _SECRETS)

    @property
    def warehouse(self) -> Warehouse:
        settings = self.settings()
        return Warehouse(settings.warehouse.path, environment=settings.environment)

    def write(self, sql: str) -> None:
        with self.warehouse.transaction() as con:
            con.execute(sql)

    def read(self, sql: str) -> list[tuple[object, ...]]:
        with self.warehouse.connect() as con:
            return con.execute(sql).fetchall()

    def make(
        self,
        *assets: str,
        settings: Settings | None = None,
        instance: dg.DagsterInstance | None = None,
    ) -> dg.ExecuteInProcessResult:
        """Materialises these assets, with their checks, through the real definitions."""
        return run_assets(build_defs(settings or self.settings(), lambda: NOW), assets, instance)


def run_assets(
    definitions: dg.Definitions, assets: Sequence[str], instance: dg.DagsterInstance | None = None
) -> dg.ExecuteInProcessResult:
    """An ad-hoc run of some assets, as the UI's button starts it: what one step makes together is made together."""
    wanted = dg.AssetSelection.assets(*(dg.AssetKey(asset.split("/")) for asset in assets))
    keys = list(wanted.required_multi_asset_neighbors().resolve(definitions.resolve_asset_graph()))
    job = definitions.resolve_implicit_global_asset_job_def()
    return job.execute_in_process(instance=instance, asset_selection=keys, raise_on_error=False)


def check(result: dg.ExecuteInProcessResult, name: str) -> dg.AssetCheckEvaluation:
    """The one evaluation of that check."""
    (found,) = [one for one in result.get_asset_check_evaluations() if one.check_name == name]
    return found


def metadata(result: dg.ExecuteInProcessResult, asset: str) -> dict[str, object]:
    """The plain values a materialisation showed."""
    wanted = dg.AssetKey(asset.split("/"))
    for event in result.get_asset_materialization_events():
        if event.asset_key == wanted:
            return {label: value.value for label, value in event.materialization.metadata.items()}
    raise LookupError(f"{asset} was not materialised")


def failure(result: dg.ExecuteInProcessResult, step: str) -> str:
    """The words with which a step failed."""
    (event,) = [one for one in result.all_events if one.is_step_failure and one.step_key == step]
    words = event.step_failure_data.user_failure_data
    return str(words.description if words else event.step_failure_data.error)


@contextmanager
def http_server(answer: Callable[[BaseHTTPRequestHandler], None]) -> Iterator[str]:
    """A real server on this machine; gives its address."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            answer(self)

        def do_POST(self) -> None:
            answer(self)

        def log_message(self, format: str, *args: object) -> None:
            """Tests are quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
