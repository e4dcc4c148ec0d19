"""What both document types look up while they are checked: numbers, customers, products, VAT codes, depots.

The rules of one document type belong to orders.py or credit_notes.py.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from lightspeed_prima.twins.prima.documents import Document, Payment, SkuKey
from lightspeed_prima.twins.prima.fields import Fields, Problems
from lightspeed_prima.twins.prima.options import PrimaOptions
from lightspeed_prima.twins.prima.request_xml import Element
from lightspeed_prima.twins.prima.result_xml import PrimaMessage
from lightspeed_prima.twins.prima.store import Store
from lightspeed_prima.twins.prima_catalogue import PrimaCatalogue, PrimaProduct

_OTHER_PRICE_BOOK = (
    "Price obtained from the Price Book has a different VAT Incl Prices Value to the Sales Order"
)


class Refused(Exception):
    """Prima does not take the document; nothing of it was booked."""

    def __init__(self, messages: Iterable[PrimaMessage]) -> None:
        self.messages = tuple(messages)
        super().__init__("; ".join(f"(E:{message.code}) {message.text}" for message in self.messages))


@dataclass(frozen=True)
class Article:
    """A product at a depot: what it books to."""

    product: PrimaProduct
    depot: str
    vat_code: str


class Books:
    """The catalogue and the booked documents, as one place to ask."""

    def __init__(self, catalogue: PrimaCatalogue, store: Store, options: PrimaOptions) -> None:
        self.catalogue = catalogue
        self.store = store
        self.options = options
        self._products = {product.key: product for product in catalogue.products}
        self._product_names = {product.product for product in catalogue.products}

    def product(self, key: SkuKey) -> PrimaProduct | None:
        """The catalogue row of exactly these five codes."""
        return self._products.get(key)

    def refuse_known_number(self, number: str, header: str, name: str, line_count: int) -> None:
        """E:21 and its follow-on messages when an order or a credit note has this number already."""
        if self.store.document(number) is None:
            return
        lines = [
            PrimaMessage(194, f"NO VALID {header} Details for Line {line}")
            for line in range(1, line_count + 1)
        ]
        raise Refused(
            [
                PrimaMessage(21, f"{header} already exists with {name} equal to {number}"),
                *lines,
                PrimaMessage(194, f"NO VALID {header} Details for Charges"),
            ]
        )

    def check_customer(self, customer: str, vat_inclusive: bool, number: str) -> None:
        """The account has to exist, and its price book has to carry VAT exactly when the document says so."""
        accounts = {**self.catalogue.customers, **self.store.customers()}
        price_book = accounts.get(customer) if customer else self.options.new_customers_vat_inclusive
        if price_book is None:
            raise Refused([PrimaMessage(194, f"NO VALID Customer Details for Customer {customer}")])
        if price_book != vat_inclusive:
            no_lines = f"There were no Valid Order Lines found for the  Current Order {number}"
            raise Refused([PrimaMessage(194, no_lines), PrimaMessage(548, _OTHER_PRICE_BOOK)])

    def open_customer(self) -> str:
        """A new account for an order without a customer: ten digits, one more than the last."""
        code = str(self.store.count("last_customer", self.options.first_new_customer)).zfill(10)
        self.store.add_customer(code, self.options.new_customers_vat_inclusive)
        return code

    def article(
        self, fields: Fields, where: str, problems: Problems, vat_code: str | None = None
    ) -> Article | None:
        """The product of a line at its warehouse; `vat_code` is given when an original line decides it."""
        key = sku_key(fields)
        depot = fields.text("Warehouse") or self.catalogue.depots[0]
        product = self.product(key)
        if product is None:
            known = key[0] in self._product_names
            what = f"Matrix Levels {'/'.join(key[1:])} of Product {key[0]}" if known else f"Product {key[0]}"
            problems.add(f"NO VALID Sales Order Line Details for {what} ({where})")
            return None
        if depot not in self.catalogue.depots:
            problems.add(f"NO VALID Sales Order Line Details for Warehouse {depot} ({where})")
            return None
        code = vat_code or product.vat_code_by_depot.get(depot)
        if code is None:
            problems.add(f"NO VALID VAT Code for Product {key[0]} at Warehouse {depot} ({where})")
            return None
        return Article(product, depot, code)

    def rate(self, vat_code: str) -> Decimal:
        """The rate of a VAT code, as a fraction."""
        return self.catalogue.vat_rates[vat_code]

    def check_exchange_credits(self, payments: Iterable[Payment], problems: Problems) -> None:
        """A payment by exchange credit needs a credit note that has this much left of that method."""
        wanted: dict[tuple[str, str], Decimal] = {}
        for payment in payments:
            if payment.exchange_credit:
                key = (payment.exchange_credit, payment.pay_method)
                wanted[key] = wanted.get(key, Decimal(0)) + payment.amount
        for (number, pay_method), amount in wanted.items():
            note = self.store.document(number)
            if note is None or note.document_type != "credit_note":
                problems.add(f"NO VALID Payment Details: ExchCreditNo {number} is not a credit note")
                continue
            left = _paid_by(note, pay_method) - self.store.exchange_credit_used(number, pay_method)
            if amount > left:
                problems.add(
                    f"NO VALID Payment Details: ExchCreditNo {number} has {left} of {pay_method} left,"
                    f" not {amount}"
                )


def sku_key(fields: Fields) -> SkuKey:
    """The five codes that name a SKU."""
    return (
        fields.code("Product"),
        fields.code("MtrxCode1"),
        fields.code("MtrxCode2"),
        fields.code("MtrxCode3"),
        fields.code("MtrxCode4"),
    )


def read_payments(elements: Iterable[Element], problems: Problems) -> tuple[Payment, ...]:
    """The tender rows of either document type; amounts are positive, always."""
    payments = []
    for position, element in enumerate(elements, start=1):
        fields = Fields(element, f"{element.name} {position}", problems)
        payments.append(
            Payment(
                pay_method=fields.text("PayMethod", required=True),
                sub_pay_method=fields.text("SubPayMethod"),
                amount=fields.money("TranAmount", zero=False),
                exchange_credit=fields.text("ExchCreditNo"),
                reference=fields.text("PayAuthRef"),
            )
        )
    return tuple(payments)


def paid(payments: Iterable[Payment]) -> Decimal:
    """What the tender rows come to."""
    return sum((payment.amount for payment in payments), Decimal(0))


def _paid_by(note: Document, pay_method: str) -> Decimal:
    return paid(payment for payment in note.payments if payment.pay_method == pay_method)
