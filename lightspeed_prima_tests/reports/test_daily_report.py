"""The page that finance opens in the morning, over snapshots that the real models built."""

from __future__ import annotations

from pathlib import Path

import pytest

from lightspeed_prima.reports.daily import write_daily_report
from lightspeed_prima.reports.snapshot import ReportError
from lightspeed_prima_tests.reports.conftest import NOW, Case
from lightspeed_prima_tests.reports.shop import LONG, SCRIPT, UNMAPPED_TENDERS


def test_when_all_is_well_it_says_so_in_one_sentence(quiet: Case) -> None:
    assert quiet.page.text(".verdict") == ["Everything that was rung is in Prima, to the penny."]
    assert quiet.page.cards() == {
        "Sales": "3",
        "Posted": "3",
        "Left out": "0",
        "Held": "0",
        "Pending": "0",
        "Unexplained": "0.00",
    }


def test_the_bridge_leads_from_the_tills_to_the_ledger(troubled: Case) -> None:
    assert troubled.page.tables("From the tills to Prima") == [
        [
            ["Rung in Lightspeed", "183.65"],
            ["less held, each with its exception", "-178.70"],
            ["less unexplained", "0.00"],
            ["In Prima, net of credit notes", "4.95"],
            ["In Prima's ledger extract", "4.95"],
            ["not in the extract", "0.00"],
        ]
    ]


def test_trading_days_come_newest_first_with_their_shops_and_a_sum(quiet: Case) -> None:
    (table,) = quiet.page.tables("Trading days and shops")

    assert [row[0] for row in table[1:]] == [
        "Thu 05 Nov 2026",
        "shop 1 DUB",
        "Wed 04 Nov 2026",
        "shop 1 DUB",
        "Tue 03 Nov 2026",
        "shop 1 DUB",
        "All days",
    ]
    assert table[-1][1:] == ["3", "3", "0", "0", "0", "4.95", "4.95", "0.00", "3 of 3"]


def test_a_day_of_refunds_only_is_a_negative_day_and_a_bar_to_the_left_of_zero(quiet: Case) -> None:
    (table,) = quiet.page.tables("Trading days and shops")

    assert table[3][6:8] == ["-140.00", "-140.00"]
    assert "2026-11-04: -140.00 rung, -140.00 posted" in quiet.page.attributes("svg", "aria-label")
    assert quiet.page.attributes("rect", "x")[2:4] == ["0.0%", "0.0%"]
    assert quiet.page.attributes("rect", "width")[2:4] == ["50.0%", "50.0%"]


def test_exceptions_are_listed_by_owner_with_their_sum_and_next_step_once_per_code(troubled: Case) -> None:
    assert troubled.page.text(".owner") == [
        "finance 27 open, 133.65 EUR",
        "merchandising 2 open, 50.00 EUR",
        "retail ops 1 open, 4.95 EUR",
    ]
    assert troubled.page.text(".code") == [
        "TENDER_UNMAPPED 27 open, 133.65 EUR",
        "SKU_UNMAPPED 2 open, 50.00 EUR",
        "REFUND_UNLINKED 1 open, 4.95 EUR",
    ]
    assert len(troubled.page.text(".next")) == 3


def test_a_case_names_sale_shop_day_receipt_and_amount(troubled: Case) -> None:
    (case,) = [text for text in troubled.page.text(".case") if text.startswith("uk:6 ")]

    assert case == (
        "uk:6 shop 1 DUB, Tue 03 Nov receipt 220000000006 returned line 61 (LACES) points to no sale"
        " acknowledged 4.95 0 h"
    )


def test_a_long_list_of_one_code_is_cut_and_says_where_the_rest_is(troubled: Case) -> None:
    shown = [text for text in troubled.page.text(".case") if "payment type 77" in text]

    assert len(shown) == 25
    assert f"And {UNMAPPED_TENDERS - 25} more: lightspeed-prima exceptions list" in troubled.page.text("p")


def test_markup_in_what_a_till_sends_is_shown_and_never_run(troubled: Case) -> None:
    assert SCRIPT not in troubled.page.html
    assert any(SCRIPT in case for case in troubled.page.text(".case"))
    assert troubled.page.text("script") == []


def test_a_long_text_is_whole(troubled: Case) -> None:
    assert any(LONG in case for case in troubled.page.text(".case"))


def test_tax_is_added_up_by_rate_and_what_differs_has_a_cause(troubled: Case) -> None:
    by_rate, differences = troubled.page.tables("Tax")

    assert by_rate[1:] == [["1/1", "23 %", "34.46", "0.93", "0.93", "33.53", "33.53", "0.00"]]
    assert [row[-2:] for row in differences[1:]] == [["33.53", "not posted: 33.53"]]


def test_tenders_are_added_up_by_payment_type(troubled: Case) -> None:
    (table,) = troubled.page.tables("Tenders")

    assert table[1:] == [
        ["card", "3", "4.95", "4.95", "0.00"],
        ["cash", "1", "45.05", "0.00", "45.05"],
        ["other", "77", "133.65", "0.00", "133.65"],
    ]


def test_documents_and_months_are_there(troubled: Case) -> None:
    (documents,) = troubled.page.tables("Prima documents")
    (months,) = troubled.page.tables("Months")

    assert ["sales order", "confirmed", "2", "144.95"] in documents
    assert ["credit note", "confirmed", "1", "140.00"] in documents
    assert months[1] == ["2026-11", "no", "33", "3", "30", "0.00", "0"]


def test_accounts_of_two_currencies_are_never_added_up(two_currencies: Case) -> None:
    assert two_currencies.page.text("caption")[:2] == ["uk (EUR)", "us (USD)"]
    assert [table[0][1] for table in two_currencies.page.tables("From the tills to Prima")] == [
        "183.65",
        "140.00",
    ]
    assert two_currencies.page.text(".card")[0] == "Sales 34"
    assert two_currencies.page.cards()["Unexplained"] == "0 days"
    assert two_currencies.page.text(".owner")[0] == "finance 28 open, 133.65 EUR, 140.00 USD"


def test_the_first_day_of_an_installation_is_a_page_too(nothing: Case) -> None:
    assert nothing.page.text(".verdict") == ["No sale has been read yet."]
    assert nothing.page.cards()["Sales"] == "0"
    assert nothing.page.tables("Sources")[0][1:] == [
        ["Lightspeed account uk", "never", "not up to date never read"],
        ["Prima ledger extract", "never", "not up to date never read"],
    ]
    assert "Nothing needs a person." in nothing.page.text("p")


def test_the_page_needs_nothing_from_elsewhere(troubled: Case) -> None:
    assert troubled.page.attributes("*", "src") == []
    assert troubled.page.attributes("*", "href") == []
    assert "http" not in troubled.page.html.replace("http-equiv", "")


def test_a_report_replaces_the_former_one_and_leaves_nothing_beside_it(quiet: Case, tmp_path: Path) -> None:
    (tmp_path / "daily_report.html").write_text("yesterday")

    report = write_daily_report(quiet.published, tmp_path, NOW)

    assert list(tmp_path.iterdir()) == [report]
    assert "Written 23 Nov 2026 06:05 UTC" in report.read_text(encoding="utf-8")
    assert report.stat().st_mode & 0o777 == 0o644


def test_without_a_snapshot_it_says_what_to_run(tmp_path: Path) -> None:
    with pytest.raises(ReportError, match=r"NOT_PUBLISHED: .* Next: run the daily_cycle job once"):
        write_daily_report(tmp_path / "reconciliation.duckdb", tmp_path / "reports", NOW)

    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_no_snapshot_is_told_from_an_empty_one(tmp_path: Path) -> None:
    broken = tmp_path / "reconciliation.duckdb"
    broken.write_text("not a database")

    with pytest.raises(ReportError, match=r"SNAPSHOT_UNREADABLE: .* Next: run the reconcile job"):
        write_daily_report(broken, tmp_path / "reports", NOW)
