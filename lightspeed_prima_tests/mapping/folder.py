"""A folder of small, correct mapping files that a test may change.

What does not belong here: tests.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from lightspeed_prima.mapping import MappingError, read_mappings

GOOD = {
    "shops.csv": (
        "account,shop_id,shop_name,depot,prima_customer,vat_inclusive",
        "ie,1,Dublin,DUB,0000700001,yes",
    ),
    "skus.csv": ("account,lightspeed_sku,product,mtrx1,mtrx2,mtrx3,mtrx4", "ie,A1,P1,F,075,,"),
    "non_stock.csv": (
        "account,match,product,mtrx1,mtrx2,mtrx3,mtrx4,gl_account,vat_code",
        "ie,sku:CARE,CARE,,,,,4030,S23",
    ),
    "taxes.csv": ("account,lightspeed_tax,rate,vat_code", "ie,1/*,0.23,S23", "ie,1/3,0,Z00"),
    "customers.csv": ("account,lightspeed_customer_id,prima_customer", "ie,21,0000710021"),
    "tenders.csv": (
        "account,payment_type_id,pay_method,sub_pay_method,gl_account,kind",
        "ie,1,CSH,,1010,cash",
    ),
}


class MappingFolder:
    """The files, and what is wrong with them."""

    def __init__(self, path: Path) -> None:
        self.path = path
        for name, lines in GOOD.items():
            self.write(name, *lines)

    def write(self, name: str, *lines: str) -> None:
        """Replaces a file."""
        (self.path / name).write_text("\n".join(lines) + "\n", encoding="utf-8")

    def problems(self) -> list[str]:
        """Every mistake as a person reads it."""
        with pytest.raises(MappingError) as caught:
            read_mappings(self.path)
        return [str(problem) for problem in caught.value.problems]
