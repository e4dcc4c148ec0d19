"""Where one Prima site differs from another, as far as docs/wire_notes.md leaves it open.

Faults that are switched on and off while the twin runs belong to faults.py.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal


def utc_now() -> datetime:
    """The wall clock, with its zone."""
    return datetime.now(UTC)


@dataclass(frozen=True)
class PrimaOptions:
    """How this Prima site is set up; the defaults are the ones the sandbox runs with."""

    instance: str = "wsalive"
    target_namespace: str = "urn:omlink"
    app_object: str = "omlink"
    use: Literal["literal", "encoded"] = "literal"
    in_part: str = "inPart"
    out_part: str = "outPart"
    company_part: str = "company"
    companies: tuple[str, ...] = ("1",)
    """The first one answers `wsomhandler`; `comwsomhandler` takes any of them."""
    currency: str = "EUR"
    max_number_length: int = 20
    dev_mode: bool = False
    """Error texts carry `DEV MODE Stack Trace (...)`, as some logged days did."""
    unknown_sku: Literal["missing", "zero", "error"] = "missing"
    """What MultiAvailableToSell does with a SKU it does not know: not known publicly, so all three exist."""
    first_new_customer: int = 488311
    new_customers_vat_inclusive: bool = True
    charge_gl_account: str = "4900"
    now: Callable[[], datetime] = utc_now

    @property
    def operation_namespace(self) -> str:
        """Namespace of the operation element: target namespace, colon, AppObject."""
        return f"{self.target_namespace}:{self.app_object}"

    @property
    def path(self) -> str:
        """Path of the SOAP endpoint: web application and WSA instance share one name."""
        return f"/{self.instance}/{self.instance}"
