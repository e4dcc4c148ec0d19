"""Every mistake in a file is named with its key and line, all of them together."""

from __future__ import annotations

from pathlib import Path

import pytest

from lightspeed_prima.settings import SettingsError, load_settings
from lightspeed_prima_tests.settings.config import GOOD, SECRETS, Config


@pytest.mark.parametrize(
    ("table", "key", "what"),
    [
        ("[posting]\ncorn = 1", "posting.corn", "is not a key of this section; did you mean 'cron'?"),
        ("[postings]\n", "postings", "is not a section; did you mean 'posting'?"),
        ('environment = "sandbox"', "prima.environment", "is not a key of this section"),
        ("[stock]\nbuffer = '5'", "stock.buffer", "should be a valid integer"),
        ("[stock]\nbuffer = -1", "stock.buffer", "should be greater than or equal to 0"),
        ("[stock]\nmax_shrink = 1.5", "stock.max_shrink", "should be less than or equal to 1"),
        ("[stock]\nmode = true", "stock.mode", "should be 'report' or 'write'"),
        ("[tolerance]\ntax_per_line = 'a penny'", "tolerance.tax_per_line", "should be a decimal number"),
        ("[tolerance]\ntax_per_line = nan", "tolerance.tax_per_line", "should be a finite number"),
        ("[tolerance]\ntax_per_line = true", "tolerance.tax_per_line", "should be an instance of Decimal"),
        ("hold_orders = 1", "prima.hold_orders", "should be a valid boolean"),
        ("order_channel = ''", "prima.order_channel", "should not be blank"),
        ("order_channel = 2026-11-01", "prima.order_channel", "should be a valid string"),
        ("[posting]\nclosed_until = '31/10/2026'", "posting.closed_until", "should be a date like"),
        ("[posting]\nclosed_until = 2026-10-31T08:00:00Z", "posting.closed_until", "without a time"),
        ("[posting]\ncron = '99 * * * *'", "posting.cron", "minute 99 is not between 0 and 59"),
        (
            "[posting]\nquiet_window_seconds = -1",
            "posting.quiet_window_seconds",
            "greater than or equal to 0",
        ),
        ("[posting]\njournal = 'sqlite://'", "posting.journal", "would not survive a crash"),
        ("[posting]\njournal = 'mysql://db/x'", "posting.journal", "should be sqlite:///PATH or"),
        (
            "[posting]\njournal = 'postgresql+psycopg://u:p@db/x'",
            "posting.journal",
            "should not carry the password",
        ),
        ("ledger_extract = 'ftp://erp/ledger.csv'", "prima.ledger_extract", "should be a path or"),
        (
            "[alerts]\nwebhook_url = 'http://hooks.example.com'",
            "alerts.webhook_url",
            "should be an https URL",
        ),
        ("[alerts]\nsmtp_to = 'me@example.com'", "alerts.smtp_to", "should be a list of addresses"),
    ],
)
def test_a_mistake_is_named_with_key_and_line(config: Config, table: str, key: str, what: str) -> None:
    config.append(f"{table}\n")
    if key == "alerts.smtp_to":
        config.append("smtp_host = 'mail'\nsmtp_from = 'me@example.com'\n")

    where, found_key, sentence = config.only_problem()

    assert found_key == key
    assert what in sentence
    assert where == f"config.toml:{config.line_of(table.splitlines()[-1])}"


@pytest.mark.parametrize(
    ("old", "new", "key", "what"),
    [
        ('account = "uk"', 'account = "a:b"', "lightspeed[a:b].account", "should be letters and digits"),
        ('account = "nz"', 'account = "UK"', "lightspeed[UK].account", "already the name of another account"),
        ('series = "R"', 'series = "Q"', "lightspeed[uk].series", "should be 'R' or 'X'"),
        ('order_prefix = "701"', "order_prefix = 701", "lightspeed[uk].order_prefix", "a valid string"),
        ('order_prefix = "701"', 'order_prefix = "7o1"', "lightspeed[uk].order_prefix", "digits only"),
        ('order_prefix = "701"', 'order_prefix = "070"', "lightspeed[uk].order_prefix", "not start with 0"),
        ('order_prefix = "702"', 'order_prefix = "70"', "lightspeed[nz].order_prefix", "overlaps with '701'"),
        (
            'order_prefix = "702"',
            'order_prefix = "7011"',
            "lightspeed[nz].order_prefix",
            "overlaps with '701'",
        ),
        ("start_from = 2026-11-01", 'start_from = "soon"', "lightspeed[uk].start_from", "should be a date"),
        (
            'base_url = "https://shop.retail.lightspeed.app/"',
            'base_url = "http://shop.retail.lightspeed.app/"',
            "lightspeed[nz].base_url",
            "should be an https URL",
        ),
        ("allow_insecure_http = true", "", "prima.endpoint", "plain http to another machine"),
        (
            "allow_insecure_http = true",
            'company = "1"\nallow_insecure_http = true',
            "prima.company",
            "is only",
        ),
    ],
)
def test_a_wrong_value_is_named_with_key_and_line(
    config: Config, old: str, new: str, key: str, what: str
) -> None:
    config.replace(old, new)

    where, found_key, sentence = config.only_problem()

    assert found_key == key
    assert what in sentence
    word = key.rpartition(".")[2]
    lines = config.path.read_text(encoding="utf-8").splitlines()
    assert lines[int(where.rpartition(":")[2]) - 1].startswith(word)


@pytest.mark.parametrize(
    ("old", "new", "where", "key", "what"),
    [
        ('series = "R"\n', "", 4, "lightspeed[uk].series", "is missing"),
        (
            'client_id_env = "UK_ID"\n',
            "",
            4,
            "lightspeed[uk].client_id_env",
            "client_id_env or client_id_file",
        ),
        (
            'base_url = "https://shop.retail.lightspeed.app/"\n',
            "",
            13,
            "lightspeed[nz].base_url",
            "is missing",
        ),
        (
            'series = "R"\n',
            'series = "R"\npersonal_token_env = "NZ_TOKEN"\n',
            7,
            "lightspeed[uk].personal_token_env",
            "only for X",
        ),
        (
            'series = "X"\n',
            'series = "X"\naccount_id = "1"\n',
            16,
            "lightspeed[nz].account_id",
            "only for R",
        ),
        (
            'series = "X"\n',
            'series = "X"\nclient_id_env = "UK_ID"\n',
            16,
            "lightspeed[nz].client_id_env",
            "is left out when a personal token is given",
        ),
        (
            'endpoint = "http://erp.internal:8080/wsalive/wsalive"\n',
            "",
            21,
            "prima.endpoint",
            "is missing",
        ),
        (
            "[prima]\n",
            '[prima]\noperation = "comwsomhandler"\n',
            21,
            "prima.company",
            "is needed",
        ),
    ],
)
def test_what_is_missing_or_out_of_place_is_named_with_the_line_of_its_table_or_key(
    config: Config, old: str, new: str, where: int, key: str, what: str
) -> None:
    config.replace(old, new)

    found_where, found_key, sentence = config.only_problem()

    assert (found_where, found_key) == (f"config.toml:{where}", key)
    assert what in sentence


def test_an_x_series_account_without_a_personal_token_needs_all_oauth_keys(config: Config) -> None:
    config.replace('personal_token_env = "NZ_TOKEN"', 'client_id_env = "UK_ID"')

    keys = [key for _, key, _ in config.problems()]

    assert keys == ["lightspeed[nz].client_secret_env", "lightspeed[nz].refresh_token_env"]


def test_mail_alerts_need_host_sender_and_receiver_together(config: Config) -> None:
    config.append('[alerts]\nsmtp_host = "mail.example.com"\n')

    assert [key for _, key, _ in config.problems()] == ["alerts.smtp_from", "alerts.smtp_to"]


def test_plain_http_to_this_machine_needs_no_permission(config: Config) -> None:
    config.replace("http://erp.internal:8080", "http://127.0.0.1:8080").replace(
        "allow_insecure_http = true", ""
    )

    assert load_settings(config.path, SECRETS).prima.endpoint == "http://127.0.0.1:8080/wsalive/wsalive"


def test_all_mistakes_are_reported_together(config: Config) -> None:
    config.replace('series = "R"', 'series = "Z"').replace('order_prefix = "702"', 'order_prefix = "70x"')
    config.append("[stock]\nbufer = 1\n")

    problems = config.problems({**SECRETS, "LIGHTSPEED_PRIMA__STOCK__MODE": "none", "NZ_TOKEN": ""})

    assert {key for _, key, _ in problems} == {
        "lightspeed[uk].series",
        "lightspeed[nz].order_prefix",
        "lightspeed[nz].personal_token_env",
        "stock.bufer",
        "stock.mode",
    }


def test_single_brackets_around_lightspeed_are_explained(config: Config) -> None:
    text = GOOD.split("[[lightspeed]]")[1]
    config.path.write_text(f"[lightspeed]{text}", encoding="utf-8")

    problems = config.problems()

    assert problems[0][:2] == ("config.toml:1", "lightspeed")
    assert "double brackets" in problems[0][2]


def test_a_file_without_any_account_is_refused(config: Config) -> None:
    config.path.write_text('[prima]\nendpoint = "https://erp/wsalive"\n', encoding="utf-8")

    assert "at least one account" in config.only_problem()[2]


def test_text_that_is_not_toml_is_named_with_its_line(config: Config) -> None:
    config.append("what = is this\n")

    where, _, what = config.only_problem()

    assert where == "config.toml:24"
    assert "not TOML" in what


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"nowhere\.toml: the configuration file cannot be read"):
        load_settings(tmp_path / "nowhere.toml", {})
