"""A sale of the world as R-Series prints it: every scalar a string, every list still a list.

The catch of the wire (lists of one that collapse, relations left out) belongs to twins/r_series; the figures
come from till.py.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from lightspeed_prima.twins.world.catalogue import plain
from lightspeed_prima.twins.world.till import (
    Line,
    LineSum,
    Payment,
    Sale,
    SaleSum,
    deposited,
    paid,
    ring_up,
    utc_text,
)

Payload = dict[str, Any]
_DISCOUNTS = {
    Decimal("0.1"): ("3", "10 Percent", Decimal(0)),
    Decimal("0.2"): ("4", "Staff 20 Percent", Decimal(0)),
    Decimal("0.15"): ("6", "Autumn 15 Percent", Decimal(0)),
    Decimal(0): ("5", "Five Off", Decimal(5)),
}


def sale_payload(sale: Sale) -> Payload:
    """The whole sale with lines, notes, discounts and tenders; items and payment types are joined later."""
    money = ring_up(sale)
    payload = _header(sale) | _money(sale, money) | _references(sale)
    if sale.unreadable:
        payload["calcTotal"] = "n/a"
    if sale.completed_at is None:
        del payload["completeTime"]
    if sale.lines:
        lines = [_line(sale, line, figures) for line, figures in zip(sale.lines, money.lines, strict=True)]
        payload["SaleLines"] = {"SaleLine": lines}
    if sale.payments:
        payload["SalePayments"] = {"SalePayment": [_payment(sale, payment) for payment in sale.payments]}
    elif sale.voided_at is not None:
        # No tender is usually no key, and now and then an empty string: docs/wire_notes.md.
        payload["SalePayments"] = ""
    payload["taxTotal"] = plain(money.tax)
    return payload


def void_payload(sale: Sale, void_id: int) -> Payload:
    """The SaleVoid row of a voided sale."""
    assert sale.voided_at is not None, "only a voided sale has a SaleVoid row"
    return {
        "saleVoidID": str(void_id),
        "createTime": utc_text(sale.voided_at),
        "reason": "Lightspeed Retail System Administrator Void: wrong item",
        "saleID": sale.sale_id,
        "employeeID": sale.employee,
        "shopID": sale.shop.shop_id,
    }


def discount_payloads() -> list[Payload]:
    """The discounts that the tills offer."""
    return [_discount(percent) for percent in _DISCOUNTS]


def _header(sale: Sale) -> Payload:
    completed = sale.completed_at is not None
    return {
        "saleID": sale.sale_id,
        # Voids do not move timeStamp: docs/wire_notes.md.
        "timeStamp": utc_text(sale.completed_at or sale.opened_at),
        "discountPercent": plain(sale.discount_percent),
        "completed": _flag(completed),
        "archived": "false",
        "voided": _flag(sale.voided_at is not None),
        "enablePromotions": "true",
        "isTaxInclusive": _flag(sale.shop.tax.inclusive),
        "tipEnabled": "false",
        "createTime": utc_text(sale.opened_at),
        "updateTime": utc_text(sale.updated_at),
        "completeTime": utc_text(sale.completed_at or sale.opened_at),
        "referenceNumber": "",
        "referenceNumberSource": "",
        "tax1Rate": plain(sale.shop.tax.rate),
        "tax2Rate": "0",
        "change": plain(sale.change),
        "receiptPreference": "printed",
    }


def _money(sale: Sale, money: SaleSum) -> Payload:
    taxable = untaxed = cost = Decimal(0)
    for line, figures in zip(sale.lines, money.lines, strict=True):
        net = figures.total - figures.tax
        taxable += net if figures.rate else Decimal(0)
        untaxed += Decimal(0) if figures.rate else net
        cost += line.quantity * (line.item.cost if line.item else Decimal(0))
    payments = paid(sale)
    return {
        "displayableSubtotal": plain(money.subtotal),
        "ticketNumber": f"22{int(sale.sale_id):010d}",
        "calcDiscount": plain(money.discount),
        "calcTotal": plain(money.total),
        "calcSubtotal": plain(money.subtotal),
        "calcTaxable": plain(taxable),
        "calcNonTaxable": plain(untaxed),
        "calcAvgCost": plain(cost),
        "calcFIFOCost": plain(cost),
        "calcTax1": plain(money.tax),
        "calcTax2": "0",
        "calcPayments": plain(payments),
        "calcTips": "0",
        "calcItemFees": "0",
        "total": plain(money.total),
        "totalDue": plain(money.total - deposited(sale)),
        "displayableTotal": plain(money.to_pay),
        "balance": plain(money.total - payments),
    }


def _references(sale: Sale) -> Payload:
    return {
        "customerID": sale.customer_id,
        "discountID": _DISCOUNTS[sale.discount_percent][0] if sale.discount_percent else "0",
        "employeeID": sale.employee,
        "quoteID": "0",
        "registerID": sale.register,
        "shipToID": "0",
        "shopID": sale.shop.shop_id,
        "taxCategoryID": sale.shop.tax.category_id,
        "tipEmployeeID": "0",
    }


def _line(sale: Sale, line: Line, figures: LineSum) -> Payload:
    opened = utc_text(sale.opened_at)
    cost = plain(line.item.cost) if line.item else "0"
    discounted = bool(line.discount_percent or line.discount_each)
    note_id = f"7{line.line_id}" if line.note else "0"
    payload: Payload = {
        "saleLineID": line.line_id,
        "createTime": opened,
        "timeStamp": opened,
        "unitQuantity": str(line.quantity),
        "unitPrice": plain(line.unit_price),
        "normalUnitPrice": "0",
        "discountAmount": plain(line.discount_each),
        "discountPercent": plain(line.discount_percent),
        "avgCost": cost,
        "fifoCost": cost,
        "tax": _flag(line.taxed),
        "tax1Rate": plain(figures.rate),
        "tax2Rate": "0",
        "isLayaway": "false",
        "isWorkorder": "false",
        "isSpecialOrder": "false",
        "displayableSubtotal": plain(figures.discounted),
        "displayableUnitPrice": plain(line.unit_price),
        "lineType": "",
        "calcLineDiscount": plain(figures.line_discount),
        "calcTransactionDiscount": plain(figures.sale_discount),
        "calcTotal": plain(figures.total),
        "calcSubtotal": plain(figures.subtotal),
        "calcTax1": plain(figures.tax),
        "calcTax2": "0",
        "taxClassID": line.tax_class,
        "customerID": "0",
        "discountID": _DISCOUNTS[line.discount_percent][0] if discounted else "0",
        "employeeID": sale.employee,
        "itemID": line.item.item_id if line.item else "0",
        "noteID": note_id,
        "parentSaleLineID": line.parent.line_id if line.parent else "0",
        "shopID": sale.shop.shop_id,
        "taxCategoryID": line.tax.category_id if line.tax else "0",
        "saleID": sale.sale_id,
        "itemFeeID": "0",
    }
    if discounted:
        payload["Discount"] = _discount(line.discount_percent)
    if line.note:
        payload["Note"] = {"noteID": note_id, "note": line.note, "isPublic": "false", "timeStamp": opened}
    return payload


def _payment(sale: Sale, payment: Payment) -> Payload:
    carded = payment.payment_type.type in ("credit card", "user defined")
    payload: Payload = {
        "salePaymentID": payment.payment_id,
        "amount": plain(payment.amount),
        "tipAmount": "0",
        "createTime": utc_text(sale.completed_at or sale.opened_at),
        "archived": _flag(payment.archived),
        "remoteReference": "",
        "paymentID": f"5b0e6c1e-0000-4000-8000-{int(payment.payment_id):012d}" if carded else "",
        "saleID": sale.sale_id,
        "paymentTypeID": payment.payment_type.payment_type_id,
        "ccChargeID": "0",
        "refPaymentID": payment.refunds.payment_id if payment.refunds else "0",
        "registerID": sale.register,
        "employeeID": sale.employee,
        "creditAccountID": payment.credit_account_id,
    }
    if payment.credit_account_id != "0":
        account = {
            "saleAccountID": f"2{payment.payment_id}",
            "creditAccountID": payment.credit_account_id,
            "salePaymentID": payment.payment_id,
            "saleLineID": payment.loads.line_id if payment.loads else "0",
        }
        payload["SaleAccounts"] = {"SaleAccount": [account]}
    return payload


def _discount(percent: Decimal) -> Payload:
    discount_id, name, amount = _DISCOUNTS[percent]
    return {
        "discountID": discount_id,
        "name": name,
        "discountAmount": plain(amount),
        "discountPercent": plain(percent),
        "requireCustomer": "false",
        "archived": "false",
        "sourceID": "0",
        "createTime": "2025-01-01T00:00:00+00:00",
        "timeStamp": "2025-01-01T00:00:00+00:00",
    }


def _flag(value: bool) -> str:
    return "true" if value else "false"
