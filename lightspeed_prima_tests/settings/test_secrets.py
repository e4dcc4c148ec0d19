"""Secrets come from variables and files, and show nowhere."""

from __future__ import annotations

from pathlib import Path

import pytest

from lightspeed_prima.settings import SettingsError, load_settings
from lightspeed_prima_tests.settings.config import SECRETS, Config


def test_a_secret_is_read_from_a_file_that_only_its_owner_can_read(config: Config, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("from the file\n", encoding="utf-8")
    secret.chmod(0o600)
    config.replace('client_secret_env = "UK_SECRET"', 'client_secret_file = "secret"')

    account = load_settings(config.path, SECRETS).lightspeed[0]

    assert account.client_secret is not None
    assert account.client_secret.get_secret_value() == "from the file"


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o700])
def test_a_secret_file_with_a_wider_mode_than_0600_is_refused(
    config: Config, tmp_path: Path, mode: int
) -> None:
    secret = tmp_path / "secret"
    secret.write_text("from the file", encoding="utf-8")
    secret.chmod(mode)
    config.replace('client_secret_env = "UK_SECRET"', 'client_secret_file = "secret"')

    where, key, what = config.only_problem()

    assert (where, key) == ("config.toml:10", "lightspeed[uk].client_secret_file")
    assert f"mode {mode:04o}" in what
    assert "from the file" not in what


def test_a_secret_file_that_is_missing_or_empty_is_named(config: Config, tmp_path: Path) -> None:
    (tmp_path / "empty").touch(mode=0o600)
    config.replace('client_id_env = "UK_ID"', 'client_id_file = "nowhere"')
    config.replace('client_secret_env = "UK_SECRET"', 'client_secret_file = "empty"')

    problems = config.problems()

    assert [(where, key) for where, key, _ in problems] == [
        ("config.toml:9", "lightspeed[uk].client_id_file"),
        ("config.toml:10", "lightspeed[uk].client_secret_file"),
    ]
    assert "No such file" in problems[0][2]
    assert "is empty" in problems[1][2]


@pytest.mark.parametrize("environ", [{}, {"UK_TOKEN": "  "}])
def test_a_secret_whose_variable_is_not_set_is_missing(config: Config, environ: dict[str, str]) -> None:
    others = {name: value for name, value in SECRETS.items() if name != "UK_TOKEN"}

    where, key, what = config.only_problem({**others, **environ})

    assert (where, key) == ("config.toml:11", "lightspeed[uk].refresh_token_env")
    assert "'UK_TOKEN'" in what


def test_a_secret_in_the_file_itself_is_refused_and_not_repeated(config: Config) -> None:
    config.replace(
        'client_secret_env = "UK_SECRET"', 'client_secret = "s3cr3t"\nclient_secret_env = "UK_SECRET"'
    )

    with pytest.raises(SettingsError) as caught:
        load_settings(config.path, SECRETS)

    assert "client_secret_env or client_secret_file" in str(caught.value)
    assert "s3cr3t" not in str(caught.value)


def test_one_secret_may_not_have_two_sources(config: Config) -> None:
    config.replace('client_id_env = "UK_ID"', 'client_id_env = "UK_ID"\nclient_id_file = "id"')

    assert config.only_problem()[:2] == ("config.toml:10", "lightspeed[uk].client_id_file")


def test_no_secret_shows_when_the_settings_are_printed_or_dumped(config: Config) -> None:
    config.append(
        '[posting]\njournal = "postgresql+psycopg://prima@db/journal"\njournal_password_env = "DB"\n'
        '[alerts]\nwebhook_url = "https://hooks.example.com/T0K3N"\n'
    )
    settings = load_settings(config.path, {**SECRETS, "DB": "p@ss/word"})

    assert settings.posting.journal == "postgresql+psycopg://prima:p%40ss%2Fword@db/journal"
    shown = f"{settings!r} {settings} {settings.model_dump_json()}"
    for secret in ("hush", "first-token", "p%40ss", "T0K3N"):
        assert secret not in shown
