"""A week of an X-Series retailer, from its tills over real sockets to Prima's books, against its answer key."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from lightspeed_prima.lightspeed.ingest import ingest_account
from lightspeed_prima.mapping import load_mappings, read_mappings
from lightspeed_prima.posting import post_due
from lightspeed_prima.settings import Settings, load_settings
from lightspeed_prima.twins.http_server import serve
from lightspeed_prima.twins.prima import create_prima_app
from lightspeed_prima.twins.x_series import create_x_series_app
from lightspeed_prima.twins.x_world import XWorld, build_x_world
from lightspeed_prima.warehouse.database import Warehouse
from lightspeed_prima.warehouse.models import ModelProject

pytestmark = [pytest.mark.end_to_end, pytest.mark.xdist_group("x_series_week")]

CONFIG = """
[warehouse]
path = "warehouse.duckdb"
published = "reconciliation.duckdb"

[mappings]
directory = "mappings"

{account}

[prima]
endpoint = "{prima}/wsalive/wsalive"
wsdl = "{prima}/wsalive/wsalive/wsdl?targetURI=urn:omlink"

[posting]
journal = "sqlite:///journal.db"
quiet_window_seconds = 1
"""


class Week:
    """The X world behind real servers, and the pipeline over it."""

    def __init__(self, home: Path, world: XWorld, tills: str, prima: str) -> None:
        self.world, self.tills, self.prima = world, tills, prima
        for name, text in world.mappings.items():
            (home / "mappings").mkdir(exist_ok=True)
            (home / "mappings" / name).write_text(text)
        for name, secret in world.secrets.items():
            (home / name).parent.mkdir(parents=True, exist_ok=True)
            (home / name).write_text(secret)
            (home / name).chmod(0o600)
        config = home / "config.toml"
        account = world.config_block(urlsplit(tills).port or 0, auth="personal")
        config.write_text(CONFIG.format(account=account, prima=prima))
        self.settings: Settings = load_settings(config)
        self.warehouse = Warehouse(self.settings.warehouse.path, environment=self.settings.environment)

    def cycle(self) -> None:
        (account,) = self.settings.lightspeed
        result = ingest_account(account, self.warehouse, self.settings.tokens_directory, "test")
        assert result.error is None
        with self.warehouse.transaction() as con:
            load_mappings(con, read_mappings(self.settings.mappings.directory))
            con.execute("delete from ops.accounts")
            con.execute(
                "insert into ops.accounts values (?, ?, ?, ?)",
                [account.account, account.series, account.order_prefix, account.start_from],
            )
        self.build()
        post_due(self.settings, self.warehouse, "test")
        self.build()

    def build(self) -> None:
        variables = {"now": f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S+00}", "ledger_configured": False}
        project = ModelProject.load()
        with self.warehouse.transaction() as con:
            for model in project.models:
                project.run(con, model, variables)

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        with self.warehouse.connect() as con:
            return con.execute(sql).fetchall()


@pytest.fixture(scope="module")
def week(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Week]:
    home, world = tmp_path_factory.mktemp("x_week"), build_x_world()
    with (
        serve(create_x_series_app(world)) as tills,
        serve(create_prima_app(world.prima_catalogue, home / "prima.db")) as prima,
    ):
        week = Week(home, world, tills, prima)
        week.cycle()
        httpx.post(f"{tills}/_twin/stage", json={"stage": world.last_stage}).raise_for_status()
        week.cycle()
        yield week


def test_every_sale_ends_as_the_answer_key_says(week: Week) -> None:
    expected = {
        sale.sale_key: (sale.disposition, sale.gross if sale.disposition == "posted" else None)
        for sale in week.world.answer_key.sales
    }
    found = {
        sale: (disposition, gross if disposition == "posted" else None)
        for sale, disposition, gross in week.rows(
            "select sale_key, disposition, lightspeed_gross from recon.sales"
        )
    }
    assert found == expected


def test_every_exception_of_the_answer_key_is_found_and_none_besides(week: Week) -> None:
    expected = {(sale.sale_key, code) for sale in week.world.answer_key.sales for code in sale.exceptions}
    assert set(week.rows("select sale_key, code from recon.exceptions where status = 'open'")) == expected


def test_prima_has_every_document_once_and_not_a_penny_is_unexplained(week: Week) -> None:
    wanted = sum(len(sale.documents) for sale in week.world.answer_key.sales)
    stats = httpx.get(f"{week.prima}/_twin/stats").json()
    assert (stats["documents"], stats["duplicates_refused"]) == (wanted, 0)
    assert week.rows("select count(*) from recon.shop_days where unexplained <> 0") == [(0,)]
    assert week.rows("select count(*) from recon.sales where disposition = 'posted' and difference <> 0") == [
        (0,)
    ]


def test_another_cycle_adds_no_version_and_posts_nothing(week: Week) -> None:
    before = week.rows("select count(*) from raw.lightspeed_sales")
    submissions = httpx.get(f"{week.prima}/_twin/stats").json()["submissions"]
    week.cycle()
    assert week.rows("select count(*) from raw.lightspeed_sales") == before
    assert httpx.get(f"{week.prima}/_twin/stats").json()["submissions"] == submissions
