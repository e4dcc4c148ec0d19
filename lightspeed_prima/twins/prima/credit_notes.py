"""MultiNewCreditNote: returned goods booked against the order they came from.

The request is INFERRED (docs/interface.md 6): there is no public evidence of how Prima takes credit notes,
so this is what the project asks of Prima, with the checks an ERP would make. Orders are in orders.py.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal

from lightspeed_prima.twins.prima import vat
from lightspeed_prima.twins.prima.attributes import CREDIT_DATA, CREDIT_SECTIONS
from lightspeed_prima.twins.prima.books import Books, Refused, paid, read_payments, sku_key
from lightspeed_prima.twins.prima.documents import Document, Line, SkuKey
from lightspeed_prima.twins.prima.fields import Fields, Problems, check_attributes, check_sections, named
from lightspeed_prima.twins.prima.request_xml import Element


def read_credit_note(data: Element, books: Books) -> Document:
    """The credit note that Prima books for this `<Data>`; raises Refused with every reason against it."""
    number = data.attributes.get("CreditNoteNumber", "")
    books.refuse_known_number(
        number, "Sales Credit Note Header", "Credit Note Number", len(named(data, "CreditLineData"))
    )
    problems = Problems()
    header = _check_header(data, books, problems)
    if problems:
        raise Refused(problems.messages)
    vat_inclusive = header.flag("VatInclusive")
    books.check_customer(header.text("Customer"), vat_inclusive, number)
    original = _original(header, books, problems)
    lines = _read_lines(data, _Returned(books, original, vat_inclusive), problems)
    payments = read_payments(named(data, "CreditPaymentData"), problems)
    if not lines and not problems:
        problems.add(f"There were no Valid Credit Lines found for the  Current Credit Note {number}")
    if original is not None:
        _check_units(lines, original, books, problems)
    if problems:
        raise Refused(problems.messages)
    if not vat_inclusive:
        lines = _carry_the_tax(lines, paid(payments), problems)
    note = Document(
        number=number,
        document_type="credit_note",
        customer=header.text("Customer"),
        original_number=header.text("OrderNumber"),
        tpguid=header.text("TPGUID"),
        vat_inclusive=vat_inclusive,
        on_hold=False,
        reason=header.text("Reason"),
        lines=tuple(lines),
        payments=payments,
        received_at=books.options.now(),
    )
    if paid(payments) != note.gross:
        problems.add(f"NO VALID Payment Details: payments come to {paid(payments)}, lines to {note.gross}")
        raise Refused(problems.messages)
    return note


def _check_header(data: Element, books: Books, problems: Problems) -> Fields:
    check_attributes(data, CREDIT_DATA, "Data", problems)
    check_sections(data, CREDIT_SECTIONS, problems)
    fields = Fields(data, "Data", problems)
    fields.digits("UniqueId", 8, shortest=8)
    fields.digits("CreditNoteNumber", books.options.max_number_length)
    if fields.text("OrderNumber"):
        fields.digits("OrderNumber", books.options.max_number_length)
    for name in ("TPGUID", "OrderChannel", "Customer"):
        fields.text(name, required=True)
    fields.flag("VatInclusive", required=True)
    return fields


def _original(header: Fields, books: Books, problems: Problems) -> Document | None:
    order_number = header.text("OrderNumber")
    if not order_number:
        return None
    original = books.store.document(order_number)
    if original is None or original.document_type != "sales_order":
        problems.add(f"NO VALID Sales Order Header Details: there is no order {order_number} to credit")
        return None
    if original.customer != header.text("Customer"):
        problems.add(
            f"NO VALID Customer Details: order {order_number} is on {original.customer},"
            f" the credit note on {header.text('Customer')}"
        )
    return original


@dataclass(frozen=True)
class _Returned:
    """What the lines of one credit note are checked against."""

    books: Books
    original: Document | None
    vat_inclusive: bool

    def sold_line(self, fields: Fields, where: str, problems: Problems) -> Line | None:
        """The line of the original order that comes back, by its number or else by its product."""
        key = sku_key(fields)
        wanted = fields.text("OrderLine")
        if self.original is None:
            if wanted:
                problems.add(f"NO VALID Details: {where} names order line {wanted}, but there is no order")
            return None
        if not wanted:
            return next((line for line in self.original.lines if line.key == key), None)
        sold = next((line for line in self.original.lines if str(line.line_number) == wanted), None)
        if sold is None:
            problems.add(f"NO VALID Details: order {self.original.number} has no line {wanted} ({where})")
        elif sold.key != key:
            problems.add(f"NO VALID Details: order line {wanted} is product {'/'.join(sold.key)} ({where})")
        return sold

    def tax(self, amount: Decimal, vat_code: str, sold: Line | None) -> Decimal:
        """Prima's own VAT of a line; without VAT in the price, in the proportion that the sale had."""
        if self.vat_inclusive:
            return vat.included(amount, self.books.rate(vat_code))
        if sold is not None and sold.net:
            return vat.on_top(amount, sold.tax / sold.net)
        return vat.on_top(amount, self.books.rate(vat_code))


def _read_lines(data: Element, returned: _Returned, problems: Problems) -> list[Line]:
    lines = []
    for position, element in enumerate(named(data, "CreditLineData"), start=1):
        where = f"CreditLineData {position}"
        fields = Fields(element, where, problems)
        if fields.text("CreditLine") != str(position):
            problems.add(f"NO VALID Details: {where} attribute CreditLine must be {position}")
        sold = returned.sold_line(fields, where, problems)
        # Goods come back to the depot that took them; the VAT is that of the sale they were part of.
        article = returned.books.article(fields, where, problems, sold.vat_code if sold else None)
        quantity = fields.count("Quantity")
        price = fields.money("Price", negative=True)
        if article is None:
            continue
        amount = price * quantity
        tax = returned.tax(amount, article.vat_code, sold)
        lines.append(
            Line(
                line_number=position,
                order_line=sold.line_number if sold else None,
                key=article.product.key,
                quantity=quantity,
                price=price,
                net=amount - tax if returned.vat_inclusive else amount,
                tax=tax,
                gross=amount if returned.vat_inclusive else amount + tax,
                gl_account=article.product.gl_account,
                vat_code=article.vat_code,
                depot=article.depot,
                reference=fields.text("LineReference"),
                stocked=article.product.stocked,
            )
        )
    return lines


def _check_units(lines: list[Line], original: Document, books: Books, problems: Problems) -> None:
    sold = _units(original.lines)
    before = _units(line for note in books.store.credit_notes_for(original.number) for line in note.lines)
    for key, quantity in _units(lines).items():
        if before[key] + quantity > sold[key]:
            problems.add(
                f"NO VALID Details: order {original.number} has {sold[key]} of {'/'.join(key)},"
                f" {before[key]} credited before, {quantity} more asked"
            )


def _units(lines: Iterable[Line]) -> Counter[SkuKey]:
    units: Counter[SkuKey] = Counter()
    for line in lines:
        units[line.key] += line.quantity
    return units


def _carry_the_tax(lines: list[Line], total: Decimal, problems: Problems) -> list[Line]:
    """Prices without VAT: the request has no place for the VAT, so it is what the payments hold besides.

    It has to be what Prima computes itself, give or take a penny per line; those go to the largest line.
    """
    short = total - sum((line.gross for line in lines), Decimal(0))
    if abs(short) > vat.PENNY * len(lines):
        problems.add(f"NO VALID Payment Details: payments differ from lines and VAT by {short}")
        raise Refused(problems.messages)
    largest = max(range(len(lines)), key=lambda index: lines[index].gross)
    taken = replace(lines[largest], tax=lines[largest].tax + short, gross=lines[largest].gross + short)
    return [*lines[:largest], taken, *lines[largest + 1 :]]
