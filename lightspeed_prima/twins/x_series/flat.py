"""The flat shape that API 2.0 gives a sale: the same facts as the nested one, most numbers under two names.

Written from docs/wire_notes.md section on sales. Which sale is shown belongs to state.py.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from lightspeed_prima.twins.x_world.statuses import STATUSES
from lightspeed_prima.twins.x_world.wire import number

Row = dict[str, Any]
_STATUS = {(status.state, frozenset(status.attributes)): status.name for status in STATUSES}


def flat_sale(sale: Row) -> Row:
    """A nested sale as API 2.0 prints it."""
    source, totals, meta = sale["source"], sale["totals"], sale["_metadata"]
    attributes = frozenset(sale["attributes"])
    return {
        "id": sale["id"],
        "outlet_id": source["outlet_id"],
        "register_id": source["register_id"],
        "user_id": source["author"]["id"],
        "customer_id": sale["customer_id"],
        "invoice_number": sale["invoice_number"],
        "receipt_number": sale["receipt_number"],
        "invoice_sequence": _sequence(sale["invoice_number"]),
        "source": source["type"],
        "source_id": source["id"],
        "complete_open_sequence_id": meta["complete_open_sequence_id"],
        "accounts_transaction_id": meta["xero_reference"],
        "has_unsynced_on_account_payments": meta["has_unsynced_on_account_payments"],
        "status": _STATUS.get((sale["state"], attributes), sale["state"].upper()),
        "state": sale["state"],
        "attributes": sale["attributes"],
        "note": sale["note"],
        "short_code": sale["short_code"],
        "return_for": sale["return"]["original_sale_id"],
        "return_ids": sale["return"]["return_sale_ids"],
        "total_price": totals["price"],
        "total_price_incl": totals["price_incl_tax"],
        "total_tax": totals["tax"],
        "total_loyalty": totals["loyalty"],
        "total_surcharge": totals["surcharge"],
        "created_at": _offset(sale["created_at"]),
        "updated_at": _offset(sale["updated_at"]),
        "sale_date": _offset(sale["date"]),
        "deleted_at": _offset(sale["deleted_at"]),
        "line_items": [_line(line) for line in sale["line_items"]],
        "payments": [_payment(payment) for payment in sale["payments"]],
        "adjustments": [_adjustment(adjustment) for adjustment in sale["adjustments"]],
        "external_applications": sale["external_applications"],
        "ecom_custom_charges": {
            "charges": sale["ecom_custom_charges"],
            "total": 0,
            "total_tax": 0,
            "total_incl": 0,
        },
        "taxes": [{"amount": tax["tax"], "id": tax["id"]} for tax in sale["taxes"]],
        "version": meta["version"],
    }


def _line(line: Row) -> Row:
    pricing, tax, meta = line["pricing"], line["tax"], line["_metadata"]
    return {
        "id": line["id"],
        "product_id": line["product"]["id"],
        "salesperson_id": line["salesperson_id"],
        "tax_id": tax["id"],
        "discount_total": pricing["discount_total"],
        "discount": pricing["discount"],
        "price_total": pricing["total"],
        "price": pricing["price"],
        "cost_total": pricing["cost_total"],
        "cost": pricing["cost"],
        "tax_total": tax["total"],
        "tax": tax["amount"],
        "quantity": number(Decimal(line["quantity"])),
        "loyalty_value": pricing["loyalty_amount"],
        "note": line["note"],
        "return_reason": line["return"]["reason"],
        "price_set": meta["is_price_override"],
        "status": line["status"],
        "sequence": meta["sequence"],
        "gift_card_number": line["gift_card_number"],
        "tax_components": meta["tax_components"],
        "promotions": line["promotions"],
        "surcharges": line["surcharges"],
        "total_tax": tax["total"],
        "unit_cost": pricing["cost"],
        "unit_discount": pricing["discount"],
        "unit_price": pricing["price"],
        "unit_tax": tax["amount"],
        "unit_loyalty_value": pricing["loyalty_amount"],
        "total_cost": pricing["cost_total"],
        "total_discount": pricing["discount_total"],
        "total_loyalty_value": pricing["loyalty_amount_total"],
        "total_price": pricing["total"],
        "is_return": line["return"]["is_return"],
    }


def _payment(payment: Row) -> Row:
    return {
        "id": payment["id"],
        "register_id": payment["source"]["register_id"],
        "register_open_sequence_id": payment["_metadata"]["register_open_sequence_id"],
        "outlet_id": payment["source"]["outlet_id"],
        "retailer_payment_type_id": payment["type"]["config_id"],
        "payment_type_id": payment["type"]["id"],
        "name": payment["type"]["name"],
        "amount": payment["amount"],
        "payment_date": _offset(payment["date"]),
        "deleted_at": _offset(payment["deleted_at"]),
        "external_attributes": payment["external_attributes"],
        "external_applications": payment["external_applications"],
        "surcharge": payment["surcharge"],
        "source_id": payment["source"]["id"],
    }


def _adjustment(adjustment: Row) -> Row:
    # The vendor's own example of a fee says "type" where the field list says "adjustment_type".
    kind = "type" if adjustment["adjustment_type"] == "NON_CASH_FEE" else "adjustment_type"
    return {
        kind: adjustment["adjustment_type"],
        "name": adjustment["name"],
        "value": adjustment["total"],
        "tax_components": adjustment["tax_components"],
    }


def _offset(moment: str | None) -> str | None:
    return moment.replace("Z", "+00:00") if moment else moment


def _sequence(invoice_number: str) -> int | None:
    digits = invoice_number.strip("ABCDEFGHIJKLMNOPQRSTUVWXYZ-")
    return int(digits) if digits.isdigit() else None
