"""What the Prima twin knows before the first document arrives: products, stock, rates, customers.

Plain data only. How Prima answers belongs to prima_server.py, which products there are to world/.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True)
class PrimaProduct:
    """One saleable row of Prima's stock file: a product and its matrix position."""

    product: str
    mtrx1: str
    mtrx2: str
    mtrx3: str
    mtrx4: str
    gl_account: str
    vat_code_by_depot: Mapping[str, str]
    """The code Prima itself would charge at that depot; a depot left out never sells the product."""
    opening_stock: Mapping[str, int]
    """Units per depot before the week; empty for what has no stock (services, gift cards, charges)."""

    @property
    def key(self) -> tuple[str, str, str, str, str]:
        """What makes the row unique in Prima."""
        return (self.product, self.mtrx1, self.mtrx2, self.mtrx3, self.mtrx4)

    @property
    def stocked(self) -> bool:
        """Whether stock is kept for it anywhere."""
        return bool(self.opening_stock)


@dataclass(frozen=True)
class PrimaCatalogue:
    """The Prima company that the shops post to."""

    products: tuple[PrimaProduct, ...]
    depots: tuple[str, ...]
    vat_rates: Mapping[str, Decimal]
    """VAT code to rate as a fraction: {"1": Decimal("0.23")}."""
    customers: Mapping[str, bool]
    """Customer code to VatInclusive: whether the account's prices carry VAT."""
