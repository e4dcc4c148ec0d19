"""The environment wins over the file, and its mistakes are named by variable."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from lightspeed_prima.settings import load_settings
from lightspeed_prima_tests.settings.config import SECRETS, Config


def test_environment_variables_replace_values_of_every_kind(config: Config) -> None:
    overrides = {
        "STOCK__BUFFER": "5",
        "STOCK__MAX_SHRINK": "0.25",
        "PRIMA__HOLD_ORDERS": "true",
        "POSTING__CLOSED_UNTIL": "2026-10-31",
        "POSTING__CRON": "",
        "WAREHOUSE__PATH": "/srv/warehouse.duckdb",
        "ALERTS__SMTP_HOST": "localhost",
        "ALERTS__SMTP_FROM": "till@example.com",
        "ALERTS__SMTP_TO": "finance@example.com, it@example.com",
        "LIGHTSPEED__UK__BASE_URL": "http://127.0.0.1:8080",
        "LIGHTSPEED__1__START_FROM": "2026-12-01",
    }
    environ = {**SECRETS, **{f"LIGHTSPEED_PRIMA__{name}": value for name, value in overrides.items()}}

    settings = load_settings(config.path, environ)

    assert settings.stock.buffer == 5
    assert settings.stock.max_shrink == Decimal("0.25")
    assert settings.prima.hold_orders is True
    assert settings.posting.closed_until == date(2026, 10, 31)
    assert settings.posting.cron == ""
    assert settings.warehouse.path == Path("/srv/warehouse.duckdb")
    assert settings.alerts.smtp_to == ("finance@example.com", "it@example.com")
    assert settings.lightspeed[0].base_url == "http://127.0.0.1:8080"
    assert settings.lightspeed[1].start_from == date(2026, 12, 1)


def test_an_override_may_move_a_secret_from_a_variable_to_a_file(config: Config, tmp_path: Path) -> None:
    secret = tmp_path / "mounted"
    secret.write_text("mounted secret", encoding="utf-8")
    secret.chmod(0o400)

    settings = load_settings(
        config.path, {**SECRETS, "LIGHTSPEED_PRIMA__LIGHTSPEED__UK__CLIENT_SECRET_FILE": str(secret)}
    )

    assert settings.lightspeed[0].client_secret is not None
    assert settings.lightspeed[0].client_secret.get_secret_value() == "mounted secret"


@pytest.mark.parametrize(
    ("name", "value", "what"),
    [
        ("STOCK__BUFFER", "many", "should be a valid integer"),
        ("STOCK__MODE", "wright", "should be 'report' or 'write'"),
        ("POSTNG__CRON", "", "no section 'postng'; did you mean 'posting'?"),
        ("POSTING__CORN", "", "no key 'corn'; did you mean 'cron'?"),
        ("POSTING", "", "should name a key"),
        ("LIGHTSPEED__DE__BASE_URL", "https://example.com", "no account 'de'"),
        ("LIGHTSPEED__7__BASE_URL", "https://example.com", "no account '7'"),
        ("LIGHTSPEED__BASE_URL", "https://example.com", "should name an account and a key"),
        ("LIGHTSPEED__UK__CLIENT_SECRET", "hush", "no key 'client_secret'"),
        ("LIGHTSPEED__UK__ORDER_PREFIX", "7a", "should be digits only"),
        ("PRIMA__ENDPOINT", "erp", "should be an http or https URL"),
    ],
)
def test_a_bad_override_is_reported_with_the_name_of_its_variable(
    config: Config, name: str, value: str, what: str
) -> None:
    variable = f"LIGHTSPEED_PRIMA__{name}"

    where, _, sentence = config.only_problem({**SECRETS, variable: value})

    assert where == f"environment variable {variable}"
    assert what in sentence
