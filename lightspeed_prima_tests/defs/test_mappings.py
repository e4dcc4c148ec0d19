"""The mapping tables: read whole, or nothing goes on."""

from __future__ import annotations

from lightspeed_prima_tests.defs.site import CONFIG, Site, check, failure, metadata


def test_the_files_replace_the_tables_and_the_accounts_follow_the_configuration(site: Site) -> None:
    site.write("insert into ops.accounts values ('gone', 'R', '999', date '2020-01-01')")
    site.make("mapping/shops")

    result = site.make("mapping/shops")

    assert result.success
    assert site.read("select account, lightspeed_sku, product from mapping.skus") == [("ie", "ABC-1", "ABC")]
    assert site.read("select account, order_prefix from ops.accounts") == [("ie", "701")]
    assert metadata(result, "mapping/skus")["dagster/row_count"] == 1


def test_a_wrong_file_fails_the_step_in_words_with_file_and_line_and_nothing_is_planned(site: Site) -> None:
    site.make("mapping/shops")
    with (site.mappings / "skus.csv").open("a") as file:
        file.write("ie,,ABC,2,,,\n")

    result = site.make(
        "mapping/shops", "posting/postable_sales", "posting/planned_documents", "posting/journal_documents"
    )

    assert not result.success
    assert "skus.csv:3: lightspeed_sku is blank" in failure(result, "read_mappings")
    assert {event.step_key for event in result.all_events if event.is_step_success} == set()
    assert site.read("select count(*) from mapping.skus") == [(1,)]


def test_rows_for_an_account_that_is_not_configured_are_pointed_out(site: Site) -> None:
    with (site.mappings / "skus.csv").open("a") as file:
        file.write("uk,ABC-1,ABC,1,,,\n")

    found = check(site.make("mapping/shops"), "nothing_goes_unread")

    assert not found.passed
    assert found.severity.value == "WARN"
    assert found.description == "skus.csv has rows for uk, which is not configured"


def test_an_account_taken_out_of_the_configuration_leaves_the_table(site: Site) -> None:
    site.make("mapping/shops")

    site.make("mapping/shops", settings=site.settings(CONFIG.replace('"ie"', '"fr"')))

    assert site.read("select account from ops.accounts") == [("fr",)]
