"""A small week told from end to end: a wrong file, the week itself, a day with nothing new, repairs, lost files.

Each fixture is one job and looks around once; it goes on where the one before stopped. What does not belong
here: Prima failing and jobs dying, which is test_interruptions.py.
"""

from __future__ import annotations

from copy import deepcopy
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from lightspeed_prima_tests.end_to_end.sandbox import Moment, Sandbox

pytestmark = [
    pytest.mark.end_to_end,
    pytest.mark.timeout(1200),
]

UNREADABLE = "shoes:99001"
"""A sale that no world has: its till sent a price that is no number."""
WRONG_ROW = "shoes,GLUE-1,,,,,"


@pytest.fixture(scope="module")
def sound_sale(sandbox: Sandbox) -> dict[str, Any]:
    """A copy of one of the world's sales under ids of its own, as the till should have sent it."""
    sale = deepcopy(sandbox.sale(sandbox.key.of_story("multi_line")[0]))
    sale["saleID"] = UNREADABLE.rpartition(":")[2]
    for number, line in enumerate(sale["SaleLines"]["SaleLine"]):
        line |= {"saleLineID": f"9900{number}", "saleID": sale["saleID"]}
    for number, payment in enumerate(sale["SalePayments"]["SalePayment"]):
        payment |= {"salePaymentID": f"9910{number}", "saleID": sale["saleID"]}
    return sale


@pytest.fixture(scope="module")
def wrong_mapping(sandbox: Sandbox, sound_sale: dict[str, Any]) -> Moment:
    """The first job ever, with a row in skus.csv that names no product."""
    unreadable = deepcopy(sound_sale)
    unreadable["SaleLines"]["SaleLine"][-1]["unitPrice"] = "abc"
    sandbox.put_sale(unreadable)
    skus = sandbox.mappings / "skus.csv"
    good = skus.read_text(encoding="utf-8")
    skus.write_text(good.replace("\n", f"\n{WRONG_ROW}\n", 1), encoding="utf-8")
    moment = sandbox.run(after=None)
    skus.write_text(good, encoding="utf-8")
    return moment


@pytest.fixture(scope="module")
def week(sandbox: Sandbox, wrong_mapping: Moment) -> Moment:
    """The file is mended: the week is read, posted and reconciled."""
    return sandbox.run(after=wrong_mapping).ended_well()


@pytest.fixture(scope="module")
def again(sandbox: Sandbox, week: Moment) -> Moment:
    """The same once more; nothing has happened in between."""
    return sandbox.run(after=week).ended_well()


@pytest.fixture(scope="module")
def repaired(sandbox: Sandbox, again: Moment, sound_sale: dict[str, Any]) -> Moment:
    """The offline tills have synchronised, the till has sent its sale again, and the SKUs are mapped."""
    sandbox.reveal_late_sales()
    sandbox.put_sale(sound_sale | {"updateTime": datetime.now(UTC).replace(microsecond=0).isoformat()})
    sandbox.add_mapping_rows("skus.csv", sandbox.key.mapping_fixes["skus.csv"])
    return sandbox.run(after=again).ended_well()


@pytest.fixture(scope="module")
def rebuilt(sandbox: Sandbox, repaired: Moment) -> Moment:
    """The journal and the warehouse are gone for good, Prima and Lightspeed are not."""
    for pattern in ("warehouse.duckdb*", "journal.db*", "reconciliation.duckdb*"):
        for file in sandbox.data.glob(pattern):
            file.unlink()
    return sandbox.run(after=repaired).ended_well()


# A wrong mapping file


def test_a_wrong_mapping_row_ends_the_job_naming_file_and_line(
    sandbox: Sandbox, wrong_mapping: Moment
) -> None:
    assert wrong_mapping.job.exit_code != 0
    assert "skus.csv:2: " in wrong_mapping.job.output
    assert str(sandbox.mappings) in wrong_mapping.job.output


def test_nothing_reaches_prima_on_a_wrong_mapping_file(sandbox: Sandbox, wrong_mapping: Moment) -> None:
    assert wrong_mapping.prima.submissions == []
    assert wrong_mapping.prima.documents == []
    assert wrong_mapping.prima.stock == sandbox.key.opening_stock
    assert not wrong_mapping.snapshot.exists()


# The week


def test_the_job_ends_well_although_sales_are_held(week: Moment) -> None:
    assert week.job.exit_code == 0
    assert "held" in week.dispositions.values()


def test_every_sale_becomes_what_the_answer_key_says(sandbox: Sandbox, week: Moment) -> None:
    expected = sandbox.key.dispositions(with_late=False)
    assert set(expected.values()) == {"posted", "held", "excluded"}
    assert week.dispositions == expected | {UNREADABLE: "held"}


def test_every_exception_of_the_answer_key_is_open_and_none_besides(sandbox: Sandbox, week: Moment) -> None:
    expected = sandbox.key.exceptions(with_late=False)
    assert week.exceptions == sorted([*expected, ("BAD_PAYLOAD", UNREADABLE)])


def test_dispositions_add_up_to_the_sales_that_lightspeed_has(sandbox: Sandbox, week: Moment) -> None:
    ((sales, accounted),) = week.rows(
        "select sum(sales), sum(posted + excluded + held + pending) from recon.shop_days"
    )
    assert sales == accounted == len(sandbox.key.dispositions(with_late=False)) + 1


def test_nothing_is_unexplained_on_any_shop_day(week: Moment) -> None:
    ((days, shops),) = week.rows(
        "select count(*), count(distinct shop_id) from recon.shop_days where business_date is not null"
    )
    assert days >= 2 * shops > 2
    assert week.unexplained_days == []


def test_prima_has_the_documents_of_the_answer_key_in_the_depots_of_their_shops(
    sandbox: Sandbox, week: Moment
) -> None:
    expected = sandbox.key.documents(with_late=False)
    assert {depot for *_, depot in expected} >= {"DUB", "AMS"}
    assert week.prima.in_short == expected


def test_each_document_was_sent_once(week: Moment) -> None:
    assert sorted(one["number"] for one in week.prima.submissions) == week.prima.numbers
    assert week.prima.stats["refused"] == 0


def test_stock_per_depot_is_what_was_sold_there_and_brought_back_there(
    sandbox: Sandbox, week: Moment
) -> None:
    assert week.prima.stock != sandbox.key.opening_stock
    assert week.prima.stock == sandbox.key.closing_stock(with_late=False)


def test_goods_brought_back_to_the_other_shop_lie_in_the_depot_that_took_them(
    sandbox: Sandbox, week: Moment
) -> None:
    (refund,) = sandbox.key.of_story("refund_in_the_other_shop")
    (expected,) = sandbox.key.sales[refund]["documents"]
    (credit_note,) = week.prima.of_sale(refund)
    (original,) = week.prima.of_sale(expected["original_sale_key"])
    assert credit_note["original"] == original["number"]
    assert credit_note["warehouse"] == expected["depot"] != original["warehouse"]


def test_what_was_posted_is_what_lightspeed_rang_and_what_the_ledger_has(
    sandbox: Sandbox, week: Moment
) -> None:
    expected = sandbox.key.posted_gross(with_late=False)
    money = week.rows(
        "select sale_key, lightspeed_gross, prima_gross, ledger_gross from recon.sales where disposition = 'posted'"
    )
    assert {sale_key: (gross, gross, gross) for sale_key, gross in expected.items()} == {
        sale_key: tuple(amounts) for sale_key, *amounts in money
    }
    assert week.prima.gross == week.prima.ledger == expected


def test_a_sale_that_does_not_read_is_held_naming_its_field_and_the_walk_goes_on(
    sound_sale: dict[str, Any], week: Moment
) -> None:
    ((detail,),) = week.rows("select detail from recon.exceptions where sale_key = ?", UNREADABLE)
    field = f"$.SaleLines.SaleLine[{len(sound_sale['SaleLines']['SaleLine']) - 1}].unitPrice"
    assert field in detail
    assert "'abc'" in detail
    ((later,),) = week.rows(
        "select count(*) from core.transactions where business_date > ?", sound_sale["completeTime"][:10]
    )
    assert later > 0


# The same again


def test_a_second_cycle_posts_nothing(week: Moment, again: Moment) -> None:
    assert again.prima.submissions == week.prima.submissions
    assert again.prima.documents == week.prima.documents
    assert again.prima.stock == week.prima.stock


def test_a_second_cycle_says_the_same(week: Moment, again: Moment) -> None:
    assert again.dispositions == week.dispositions
    assert again.exceptions == week.exceptions
    assert again.unexplained_days == []


# Repairs and late sales


def test_mapping_the_sku_releases_its_sales_and_the_refund_that_waited(
    sandbox: Sandbox, again: Moment, repaired: Moment
) -> None:
    unmapped = sandbox.key.with_code("SKU_UNMAPPED")
    waiting = sandbox.key.with_code("WAITING_FOR_ORIGINAL")
    assert unmapped
    assert waiting
    for sale_key in (*unmapped, *waiting):
        assert again.dispositions[sale_key] == "held"
        assert again.prima.of_sale(sale_key) == []
        assert repaired.dispositions[sale_key] == "posted"
        assert repaired.prima.ledger[sale_key] == Decimal(sandbox.key.sales[sale_key]["gross"])


def test_a_held_sale_goes_whole_with_the_lines_that_were_mapped_all_along(
    sandbox: Sandbox, repaired: Moment
) -> None:
    for sale_key in sandbox.key.with_code("SKU_UNMAPPED"):
        (order,) = repaired.prima.of_sale(sale_key)
        assert len(order["lines"]) == len(sandbox.sale(sale_key)["SaleLines"]["SaleLine"]) > 1


def test_the_sale_is_released_when_the_till_sends_it_sound(
    sound_sale: dict[str, Any], repaired: Moment
) -> None:
    assert repaired.dispositions[UNREADABLE] == "posted"
    assert repaired.prima.ledger[UNREADABLE] == Decimal(sound_sale["calcTotal"])


def test_after_the_repairs_only_the_rest_of_the_answer_key_is_open(
    sandbox: Sandbox, repaired: Moment
) -> None:
    mended = ("SKU_UNMAPPED", "WAITING_FOR_ORIGINAL")
    assert repaired.exceptions == [one for one in sandbox.key.exceptions() if one[0] not in mended]
    assert repaired.unexplained_days == []
    ((solved,),) = repaired.rows("select count(*) from recon.exceptions where status = 'resolved'")
    assert solved == len(sandbox.key.with_code("SKU_UNMAPPED")) + len(
        sandbox.key.with_code("WAITING_FOR_ORIGINAL")
    ) + len([UNREADABLE])


def test_sales_that_synchronised_late_are_posted_and_known_to_be_late(
    sandbox: Sandbox, repaired: Moment
) -> None:
    late = sorted(key for key, sale in sandbox.key.sales.items() if sale["is_late"])
    assert late
    assert repaired.rows("select sale_key from core.transactions where is_late order by all") == [
        (sale_key,) for sale_key in late
    ]
    for sale_key in late:
        assert repaired.dispositions[sale_key] == "posted"
        assert repaired.prima.ledger[sale_key] == Decimal(sandbox.key.sales[sale_key]["gross"])


def test_what_was_in_prima_before_is_not_sent_again(again: Moment, repaired: Moment) -> None:
    before = len(again.prima.submissions)
    assert repaired.prima.submissions[:before] == again.prima.submissions
    assert repaired.prima.accepted == repaired.prima.numbers
    assert repaired.prima.stats["refused"] == 0


# Journal and warehouse lost


def test_a_lost_journal_books_nothing_twice(repaired: Moment, rebuilt: Moment) -> None:
    assert rebuilt.prima.documents_as_booked == repaired.prima.documents_as_booked
    assert rebuilt.prima.accepted == repaired.prima.numbers
    assert rebuilt.prima.stock == repaired.prima.stock


def test_a_lost_journal_takes_over_what_is_in_prima(repaired: Moment, rebuilt: Moment) -> None:
    assert rebuilt.rows("select distinct state from posting.documents where state <> 'held'") == [
        ("confirmed",)
    ]
    assert rebuilt.dispositions == repaired.dispositions
    assert rebuilt.exceptions == repaired.exceptions
    assert rebuilt.unexplained_days == []
