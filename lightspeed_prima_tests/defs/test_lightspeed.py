"""Reading the tills as Dagster sees it: one dead account is a red check, not a failed step."""

from __future__ import annotations

from lightspeed_prima_tests.defs.site import CONFIG, Site, check, metadata


def test_accounts_that_cannot_be_read_fail_the_check_and_not_the_step(site: Site) -> None:
    second = CONFIG[CONFIG.index("[[lightspeed]]") : CONFIG.index("[prima]")]
    config = CONFIG + second.replace('"ie"', '"uk"').replace('"701"', '"702"')

    result = site.make("raw/lightspeed_sales", settings=site.settings(config))
    found = check(result, "walks_succeeded")

    assert result.success
    assert not found.passed
    assert found.severity.value == "ERROR"
    assert "ie: " in str(found.description)
    assert "uk: " in str(found.description)
    assert site.read("select account, outcome from raw.walks order by account") == [
        ("ie", "failed"),
        ("uk", "failed"),
    ]
    assert metadata(result, "raw/lightspeed_sales")["dagster/row_count"] == 0
