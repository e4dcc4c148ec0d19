"""docs/configuration.md says of every key what the models say."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path

import pytest
from pydantic.fields import FieldInfo

from lightspeed_prima.settings import LightspeedAccount, load_settings
from lightspeed_prima.settings.models import (
    ACCOUNTS,
    R_SERIES_API,
    R_SERIES_TOKENS,
    SECTIONS,
    Section,
)

DOCUMENT = (Path(__file__).parents[2] / "docs" / "configuration.md").read_text(encoding="utf-8")

WORKED_OUT = {
    "base_url": f'`"{R_SERIES_API}"` for R, required for X',
    "token_url": f'`"{R_SERIES_TOKENS}"` for R, `base_url` + `/api/1.0/token` for X',
    "wsdl": "`endpoint` + `/wsdl?targetURI=urn:omlink`",
}
"""The defaults that depend on another key; test_loading.py proves them."""


def _documented(section: str) -> dict[str, str]:
    """The key and default columns of a section's table."""
    heading = f"### [[{section}]]" if section == ACCOUNTS else f"### [{section}]"
    body = DOCUMENT.split(f"{heading}\n", 1)[1].split("\n### ", 1)[0]
    defaults: dict[str, str] = {}
    for row in re.findall(r"^\| (`.*)\|$", body, flags=re.MULTILINE):
        keys, default, _ = (cell.strip() for cell in row.split("|"))
        for key in keys.split(","):
            defaults[key.strip().strip("`")] = default
    return defaults


def _of_models(model: type[Section]) -> dict[str, str]:
    secret_forms = {form for secret in model.secrets().values() for form in secret.forms}
    return {
        key: "none" if key in secret_forms else _default(key, model.model_fields[key])
        for key in model.toml_keys()
    }


def _default(key: str, field: FieldInfo) -> str:
    if key in WORKED_OUT:
        return WORKED_OUT[key]
    if field.is_required():
        return "required"
    value = field.default
    if key == "closed_until":
        return '`""`'
    if value is None:
        return "none"
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    if isinstance(value, int | Decimal):
        return f"`{value}`"
    return "`[]`" if value == () else f'`"{value}"`'


@pytest.mark.parametrize("section", [*SECTIONS, ACCOUNTS])
def test_every_key_is_documented_with_its_default_and_no_other(section: str) -> None:
    model = LightspeedAccount if section == ACCOUNTS else SECTIONS[section]

    assert _documented(section) == _of_models(model)


def test_the_example_is_a_complete_configuration(tmp_path: Path) -> None:
    path = tmp_path / "example.toml"
    path.write_text(DOCUMENT.split("```toml\n", 1)[1].split("```", 1)[0], encoding="utf-8")
    names = ("LS_UK_CLIENT_ID", "LS_UK_CLIENT_SECRET", "LS_UK_REFRESH_TOKEN", "LS_NZ_TOKEN")

    settings = load_settings(path, dict.fromkeys(names, "secret"))

    assert [account.account for account in settings.lightspeed] == ["uk", "nz"]


def test_the_overrides_shown_are_overrides(tmp_path: Path) -> None:
    path = tmp_path / "example.toml"
    path.write_text(DOCUMENT.split("```toml\n", 1)[1].split("```", 1)[0], encoding="utf-8")
    secret = tmp_path / "lightspeed"
    secret.write_text("mounted", encoding="utf-8")
    secret.chmod(0o600)
    shown = DOCUMENT.split("```sh\n", 1)[1].split("```", 1)[0].replace("/run/secrets/lightspeed", str(secret))
    environ = dict(re.findall(r'^(\w+)="(.*)"$', shown, flags=re.MULTILINE))
    names = ("LS_UK_CLIENT_ID", "LS_UK_REFRESH_TOKEN", "LS_NZ_TOKEN")
    mail = {
        "LIGHTSPEED_PRIMA__ALERTS__SMTP_HOST": "mail",
        "LIGHTSPEED_PRIMA__ALERTS__SMTP_FROM": "a@example.com",
    }

    settings = load_settings(path, {**environ, **mail, **dict.fromkeys(names, "secret")})

    assert settings.posting.cron == ""
    assert settings.alerts.smtp_to == ("finance@example.com", "it@example.com")
    assert settings.lightspeed[0].client_secret is not None
    assert settings.lightspeed[0].client_secret.get_secret_value() == "mounted"
