"""How a sale looks on the wire in the nested shape of the dated versions, by the end of a stage.

The flat shape of API 2.0 is made from this one by the twin. What the figures are belongs to till.py.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from lightspeed_prima.twins.x_world.retailer import NO_TAX
from lightspeed_prima.twins.x_world.statuses import SAVED, VOIDED
from lightspeed_prima.twins.x_world.till import Line, Payment, Sale, SaleSum, ring_up
from lightspeed_prima.twins.x_world.till_arithmetic import ZERO, half_up
from lightspeed_prima.twins.x_world.wire import number, utc_text

Payload = dict[str, Any]
UNREADABLE = "n/a"


def sale_payload(sale: Sale, stage: int, version: int) -> Payload:
    """The sale as `GET /sales` of a dated version prints it."""
    money = ring_up(sale)
    status = sale.status_in(stage)
    returns = [back.sale_id for back in sale.returns if back.first_stage <= stage]
    invoice = f"{sale.register.prefix}{sale.invoice}-NZ"
    return {
        "id": sale.sale_id,
        "state": status.state,
        "attributes": list(status.attributes),
        "date": utc_text(sale.rung_at),
        "created_at": utc_text(sale.created_at),
        "updated_at": utc_text(sale.updated_at(stage)),
        "deleted_at": utc_text(sale.deleted_at) if sale.deleted_at else None,
        "customer_id": sale.customer,
        "invoice_number": invoice,
        "receipt_number": invoice,
        "short_code": sale.sale_id[:6],
        "note": sale.note,
        "source": {
            "id": None,
            "type": sale.source,
            "outlet_id": sale.outlet.outlet_id,
            "register_id": sale.register.register_id,
            "author": {"id": sale.user},
        },
        "return": {
            "is_return": sale.original is not None,
            "original_sale_id": sale.original.sale_id if sale.original else None,
            "return_sale_ids": returns,
        },
        "totals": {
            "price": UNREADABLE if sale.is_unreadable else number(money.net),
            "price_incl_tax": number(money.total),
            "tax": number(money.tax),
            "loyalty": 0,
            "surcharge": 0,
        },
        "taxes": _taxes(sale, money),
        "line_items": [_line(sale, stage, place, money) for place in range(len(sale.lines))],
        "payments": [_payment(sale, payment) for payment in sale.payments if payment.stage <= stage],
        "adjustments": [
            {
                "adjustment_type": adjustment.kind,
                "name": adjustment.name,
                "total": number(adjustment.total),
                "tax_components": [],
            }
            for adjustment in sale.adjustments
        ],
        "ecom_custom_charges": [],
        "external_applications": [],
        "_metadata": {
            "version": version,
            "complete_open_sequence_id": None,
            "has_unsynced_on_account_payments": None,
            "xero_reference": None,
        },
    }


def _taxes(sale: Sale, money: SaleSum) -> list[Payload]:
    """The tax by rate, to the cent; a line without tax shows its rate too."""
    by_rate: dict[str, Decimal] = {}
    for line, component in zip(sale.lines, money.components, strict=True):
        rate_id = line.product.tax.rate_id
        by_rate[rate_id] = by_rate.get(rate_id, ZERO) + component
    return [{"id": rate_id, "tax": number(half_up(tax))} for rate_id, tax in by_rate.items()]


def _line(sale: Sale, stage: int, place: int, money: SaleSum) -> Payload:
    line = sale.lines[place]
    cost = line.product.cost
    component = money.components[place]
    status = sale.status_in(stage)
    if status is SAVED and line.is_return:
        # A parked return carries its tax components with the sign of the original sale.
        component = -component
    return {
        "id": line.line_id,
        "product": {"id": line.product.product_id},
        "quantity": Decimal(f"{line.quantity}.0"),
        "pricing": {
            "price": number(line.price),
            "total": number(line.net_total),
            "cost": number(cost),
            "cost_total": number(cost * line.quantity),
            "discount": number(line.discount),
            "discount_total": number(line.discount * line.quantity),
            "loyalty_amount": 0,
            "loyalty_amount_total": 0,
        },
        "tax": {
            "id": line.product.tax.tax_id,
            "amount": number(line.tax),
            "total": number(line.tax_total),
        },
        "status": _line_status(status.state),
        "note": line.note,
        "salesperson_id": None,
        "gift_card_number": line.gift_card_number,
        "promotions": [],
        "surcharges": [],
        "customizations": [],
        "source": {"register_id": sale.register.register_id},
        "return": {"is_return": line.is_return, "reason": line.reason},
        "_metadata": {
            "sequence": place,
            "is_price_override": line.is_price_set,
            "tax_components": [_component(line, component)],
        },
    }


def _component(line: Line, tax: Decimal) -> Payload:
    shown = ZERO if line.product.tax is NO_TAX else tax
    return {"rate_id": line.product.tax.rate_id, "total_tax": number(shown)}


def _line_status(state: str) -> str:
    if state == SAVED.state:
        return "SAVED"
    return "VOIDED" if state == VOIDED.state else "CONFIRMED"


def _payment(sale: Sale, payment: Payment) -> Payload:
    return {
        "id": payment.payment_id,
        "amount": number(payment.amount),
        "date": utc_text(payment.taken_at),
        "deleted_at": utc_text(payment.deleted_at) if payment.deleted_at else None,
        "type": {
            "config_id": payment.payment_type.config_id,
            "id": str(payment.payment_type.type_id),
            "name": payment.payment_type.name,
        },
        "source": {
            "id": None,
            "outlet_id": sale.outlet.outlet_id,
            "register_id": sale.register.register_id,
        },
        "surcharge": None,
        "external_applications": [],
        "external_attributes": [],
        "billing_address_id": None,
        "_metadata": {"register_open_sequence_id": sale.register.open_sequence_id},
    }
