"""MultiNewOrder: one `<Data>` checked as Prima checks it and turned into a booked order.

The SOAP call around it, the answer and the storing are not here; returned goods are in credit_notes.py.
"""

from __future__ import annotations

import re
from decimal import Decimal

from lightspeed_prima.twins.prima import vat
from lightspeed_prima.twins.prima.attributes import ORDER_DATA, ORDER_SECTIONS
from lightspeed_prima.twins.prima.books import Books, Refused, paid, read_payments
from lightspeed_prima.twins.prima.documents import Document, Line
from lightspeed_prima.twins.prima.fields import Fields, Problems, check_attributes, check_sections, named
from lightspeed_prima.twins.prima.request_xml import Element

_DATE = re.compile(r"([0-9]{2}/[0-9]{2}/[0-9]{4})?")
_LOGICALS = ("ReceiveMail", "ReceiveEmail", "ReceiveText", "ReceivePhone", "ReceiveMobile", "RentDetails")


def read_order(data: Element, books: Books) -> Document:
    """The order that Prima books for this `<Data>`; raises Refused with every reason why it does not."""
    number = data.attributes.get("OrderNumber", "")
    books.refuse_known_number(number, "Sales Order Header", "Order Number", len(named(data, "OrderLineData")))
    problems = Problems()
    header = _check_header(data, books, problems)
    if problems:
        raise Refused(problems.messages)
    vat_inclusive = header.flag("VatInclusive")
    books.check_customer(header.text("Customer"), vat_inclusive, number)
    lines = _read_lines(data, books, vat_inclusive, problems)
    if not lines and not problems:
        problems.add(f"There were no Valid Order Lines found for the  Current Order {number}")
    charges = _read_charges(data, books, vat_inclusive, lines, problems)
    payments = read_payments(named(data, "OrderPaymentData"), problems)
    books.check_exchange_credits(payments, problems)
    if problems:
        raise Refused(problems.messages)
    order = Document(
        number=number,
        document_type="sales_order",
        customer=header.text("Customer") or books.open_customer(),
        original_number="",
        tpguid=header.text("TPGUID"),
        vat_inclusive=vat_inclusive,
        on_hold=header.flag("HoldOrder"),
        reason="",
        lines=(*lines, *charges),
        payments=payments,
        received_at=books.options.now(),
    )
    _check_balance(order, problems)
    return order


def _check_header(data: Element, books: Books, problems: Problems) -> Fields:
    check_attributes(data, ORDER_DATA, "Data", problems)
    check_sections(data, ORDER_SECTIONS, problems)
    for name in ("OrderHeaderData", "OrderInvoiceData"):
        if len(named(data, name)) != 1:
            problems.add(f"NO VALID Details: there must be one {name}, not {len(named(data, name))}")
    fields = Fields(data, "Data", problems)
    fields.digits("UniqueId", 8, shortest=8)
    fields.digits("OrderNumber", books.options.max_number_length)
    fields.text("TPGUID", required=True)
    fields.text("OrderChannel", required=True)
    for name in ("VatInclusive", "HoldOrder"):
        fields.flag(name, required=True)
    for name in _LOGICALS:
        fields.flag(name)
    for element in named(data, "OrderHeaderData"):
        header = Fields(element, "OrderHeaderData", problems)
        if header.text("Currency") not in ("", books.options.currency):
            problems.add(
                f"NO VALID Details: Currency {header.text('Currency')} is not {books.options.currency}"
            )
        if not _DATE.fullmatch(header.text("OrderDate")):
            problems.add(f"NO VALID Details: OrderDate {header.text('OrderDate')} is not DD/MM/YYYY")
    return fields


def _read_lines(data: Element, books: Books, vat_inclusive: bool, problems: Problems) -> list[Line]:
    lines = []
    for position, element in enumerate(named(data, "OrderLineData"), start=1):
        where = f"OrderLineData {position}"
        fields = Fields(element, where, problems)
        if fields.text("OrderLine") != str(position):
            problems.add(f"NO VALID Details: {where} attribute OrderLine must be {position}")
        # Their effect on the money of a line is not known publicly, so they may not carry any.
        fields.blank("TrDisc", "PromotionValue")
        fields.flag("Voucher", required=True)
        article = books.article(fields, where, problems)
        quantity = fields.count("Quantity")
        price = fields.money("Price", negative=True)
        external_tax = _external_tax(fields, vat_inclusive)
        if article is None:
            continue
        amount = price * quantity
        tax = vat.included(amount, books.rate(article.vat_code)) if vat_inclusive else external_tax
        lines.append(
            Line(
                line_number=position,
                order_line=None,
                key=article.product.key,
                quantity=quantity,
                price=price,
                net=amount - tax if vat_inclusive else amount,
                tax=tax,
                gross=amount if vat_inclusive else amount + tax,
                gl_account=article.product.gl_account,
                vat_code=article.vat_code,
                depot=article.depot,
                reference=fields.text("LineReference"),
                stocked=article.product.stocked,
            )
        )
    return lines


def _external_tax(fields: Fields, vat_inclusive: bool) -> Decimal:
    if vat_inclusive:
        fields.blank("ExtTaxVal")
        return Decimal(0)
    return fields.money("ExtTaxVal", blank=True, negative=True)


def _read_charges(
    data: Element, books: Books, vat_inclusive: bool, lines: list[Line], problems: Problems
) -> list[Line]:
    charges: list[Line] = []
    for position, element in enumerate(named(data, "OrderChargeData"), start=1):
        fields = Fields(element, f"OrderChargeData {position}", problems)
        amount = fields.money("ChargeValue", blank=True)
        if not amount:
            continue
        fields.text("Charge", required=True)
        if not lines:
            continue
        # Delivery follows the goods: the VAT code and depot of the first line.
        tax = vat.included(amount, books.rate(lines[0].vat_code)) if vat_inclusive else Decimal(0)
        charges.append(
            Line(
                line_number=len(lines) + len(charges) + 1,
                order_line=None,
                key=("", "", "", "", ""),
                quantity=1,
                price=amount,
                net=amount - tax,
                tax=tax,
                gross=amount,
                gl_account=books.options.charge_gl_account,
                vat_code=lines[0].vat_code,
                depot=lines[0].depot,
                reference=fields.text("Charge"),
                stocked=False,
            )
        )
    return charges


def _check_balance(order: Document, problems: Problems) -> None:
    total = paid(order.payments)
    if total != order.gross:
        problems.add(
            f"NO VALID Payment Details: payments come to {total}, lines and charges to {order.gross}"
        )
        raise Refused(problems.messages)
