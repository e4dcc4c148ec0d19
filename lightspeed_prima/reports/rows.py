"""The rows a report is made of, as they are read from the published snapshot.

What does not belong here: the questions they answer (questions.py), or how they are shown. Money is in the
currency of the row's account.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal


@dataclass(frozen=True)
class ShopDay:
    """A shop and trading day."""

    business_date: date
    account: str
    shop_id: str
    sales: int
    posted: int
    excluded: int
    held: int
    pending: int
    lightspeed_gross: Decimal
    prima_gross: Decimal
    unexplained: Decimal
    complete: bool


@dataclass(frozen=True)
class OpenException:
    """A thing that needs a person."""

    exception_id: str
    code: str
    severity: str
    owner: str
    status: str
    account: str
    shop_id: str | None
    sale_key: str | None
    receipt_number: str | None
    business_date: date | None
    document_number: str
    amount: Decimal | None
    opened_at: datetime
    age_hours: int
    detail: str
    next_step: str


@dataclass(frozen=True)
class SourceState:
    """How fresh a source is."""

    source: str
    account: str
    read_up_to: datetime | None
    is_fresh: bool
    problem: str


@dataclass(frozen=True)
class SalesTotal:
    """The sales of an account in one disposition; `has_cause`: something speaks for the difference."""

    account: str
    disposition: str
    has_cause: bool
    sales: int
    lightspeed_gross: Decimal
    prima_gross: Decimal
    ledger_gross: Decimal
    difference: Decimal


@dataclass(frozen=True)
class DocumentCount:
    """Documents of one type and state, with their value, which is positive whatever the type."""

    account: str
    document_type: str
    state: str
    documents: int
    gross: Decimal


@dataclass(frozen=True)
class TaxTotal:
    """A tax of an account over the period. `not_posted` and `in_ledger` add up to `difference`."""

    account: str
    tax_key: str
    rate: Decimal | None
    lightspeed_tax: Decimal
    posted_tax: Decimal
    ledger_tax: Decimal | None
    not_posted: Decimal
    in_ledger: Decimal
    difference: Decimal


@dataclass(frozen=True)
class TaxDifference:
    """A shop, day and tax whose figures differ, and why."""

    business_date: date
    account: str
    shop_id: str
    tax_key: str
    rate: Decimal | None
    lightspeed_tax: Decimal
    posted_tax: Decimal
    ledger_tax: Decimal | None
    difference: Decimal
    cause: str


@dataclass(frozen=True)
class TenderTotal:
    """A payment type of an account over the period."""

    account: str
    kind: str
    payment_type_id: str
    lightspeed_amount: Decimal
    posted_amount: Decimal
    difference: Decimal


@dataclass(frozen=True)
class Month:
    """An account and month: may it be closed."""

    month: str
    account: str
    ready: bool
    sales: int
    posted: int
    open_exceptions: int
    unexplained: Decimal
    late_items: int


@dataclass(frozen=True)
class LateSale:
    """A sale first seen after its day had been reported complete."""

    sale_key: str
    account: str
    shop_id: str
    receipt_number: str | None
    business_date: date
    first_seen_at: datetime
    gross: Decimal
    disposition: str
