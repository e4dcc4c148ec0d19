"""What a good configuration file means."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from pydantic import ValidationError

from lightspeed_prima.settings import load_settings
from lightspeed_prima_tests.settings.config import SECRETS, Config


def test_a_small_file_is_filled_up_with_the_documented_defaults(config: Config, tmp_path: Path) -> None:
    settings = load_settings(config.path, SECRETS)

    assert settings.environment == "configured"
    assert settings.source == config.path
    assert settings.warehouse.published == tmp_path / "data/reconciliation.duckdb"
    assert settings.mappings.directory == tmp_path / "mappings"
    assert settings.tokens_directory == tmp_path / "data/tokens"
    assert settings.reports_directory == tmp_path / "data/reports"
    assert settings.posting.journal == f"sqlite:///{tmp_path}/data/journal.db"
    assert settings.posting.closed_until is None
    assert settings.tolerance.tax_per_document == Decimal("0.02")
    assert settings.prima.wsdl == "http://erp.internal:8080/wsalive/wsalive/wsdl?targetURI=urn:omlink"


def test_accounts_get_the_addresses_and_secrets_of_their_series(config: Config) -> None:
    uk, nz = load_settings(config.path, SECRETS).lightspeed

    assert uk.base_url == "https://api.lightspeedapp.com"
    assert uk.token_url == "https://cloud.lightspeedapp.com/auth/oauth/token"
    assert uk.start_from == nz.start_from == date(2026, 11, 1)
    assert uk.first_refresh_token is not None
    assert uk.first_refresh_token.get_secret_value() == "first-token"
    assert nz.base_url == "https://shop.retail.lightspeed.app"
    assert nz.token_url == "https://shop.retail.lightspeed.app/api/1.0/token"
    assert nz.personal_token is not None
    assert nz.personal_token.get_secret_value() == "personal"
    assert nz.client_id is None


def test_the_file_may_be_named_by_the_environment(config: Config) -> None:
    settings = load_settings(None, {**SECRETS, "LIGHTSPEED_PRIMA_CONFIG": str(config.path)})

    assert [account.account for account in settings.lightspeed] == ["uk", "nz"]


def test_paths_are_relative_to_the_file_and_have_one_spelling(config: Config, tmp_path: Path) -> None:
    (tmp_path / "etc").mkdir()
    moved = config.path.rename(tmp_path / "etc" / "config.toml")
    moved.write_text(
        moved.read_text(encoding="utf-8").replace("data/warehouse", "../var/warehouse")
        + 'ledger_extract = "extracts/ledger.csv"\n[posting]\njournal = "sqlite:////srv/journal.db"\n',
        encoding="utf-8",
    )

    settings = load_settings(moved, SECRETS)

    assert settings.warehouse.path == tmp_path.resolve() / "var/warehouse.duckdb"
    assert settings.prima.ledger_extract == str(tmp_path / "etc/extracts/ledger.csv")
    assert settings.posting.journal == "sqlite:////srv/journal.db"


def test_toml_numbers_become_decimals_without_passing_through_a_float(config: Config) -> None:
    config.append("[tolerance]\ntax_per_line = 0.1\ntax_per_document = 1\n[stock]\nmax_shrink = 0.30\n")

    settings = load_settings(config.path, SECRETS)

    assert settings.tolerance.tax_per_line == Decimal("0.1")
    assert settings.tolerance.tax_per_document == Decimal(1)
    assert settings.stock.max_shrink == Decimal("0.3")


def test_settings_cannot_be_changed_once_read(config: Config) -> None:
    settings = load_settings(config.path, SECRETS)

    with pytest.raises(ValidationError, match="frozen"):
        settings.posting.cron = ""
