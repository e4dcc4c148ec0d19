"""What the X-Series retailer sells: families whose parent is sold too, single goods, services, gift cards.

Each product as Lightspeed prints it and as Prima knows it. How many were sold belongs to week.py.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from lightspeed_prima.twins.x_world.retailer import GST, NO_TAX, OUTLETS, SINCE, Payload, Tax
from lightspeed_prima.twins.x_world.till_arithmetic import without_tax
from lightspeed_prima.twins.x_world.wire import fixed_id, number

GL_CLOTHING, GL_HOMEWARE, GL_SERVICES, GL_GIFT_CARDS = "4100", "4110", "4130", "2150"
_BLANK = ("", "", "", "")
_EMPTY_LISTS = (
    "product_suppliers tag_ids categories attributes images skuImages customizations"  # one name, one []
)
_NULLS = (
    "account_code account_code_purchase brand_id brand supplier_id supplier supplier_code product_type_id "
    "type product_category loyalty_amount weight weight_unit length width height dimensions_unit tax_category"
)


@dataclass(frozen=True)
class Product:
    """One sellable thing; a variant family is several of them that share handle, name and family id."""

    serial: int
    sku: str
    name: str
    price: Decimal
    """What the label says, GST included."""
    cost: Decimal
    family: int
    product: str = ""
    """Prima's product; empty for what Prima never hears of."""
    mtrx: tuple[str, str, str, str] = _BLANK
    gl_account: str = GL_CLOTHING
    option: str = ""
    parent: int = 0
    variants: int = 0
    """Only on the parent: how many the family has, itself included."""
    has_inventory: bool = True
    parts: tuple[int, ...] = ()
    """Serials of the components of a composite."""
    tax: Tax = GST
    mapped: bool = True
    archived: bool = False
    source: str = "USER"

    @property
    def product_id(self) -> str:
        """Its UUID."""
        return fixed_id(0x1B, self.serial)

    def payload(self) -> Payload:
        """As `GET /products` prints it, but for the version."""
        shown = f"{self.name} / {self.option}" if self.option else self.name
        option = {"id": fixed_id(0x1D, self.family), "name": "Size", "value": self.option}
        code = {"id": fixed_id(0x20, self.serial), "type": "CUSTOM", "code": self.sku}
        payload: Payload = {
            "id": self.product_id,
            "source": self.source,
            "source_id": None,
            "source_variant_id": None,
            "handle": self.sku if self.source == "VEND" else self.name.lower().replace(" ", ""),
            "name": self.name,
            "variant_name": shown,
            "sku": self.sku,
            "family_id": fixed_id(0x1C, self.family),
            "variant_parent_id": fixed_id(0x1B, self.parent) if self.parent else None,
            "has_variants": self.variants > 0,
            "variant_count": self.variants or None,
            "variant_options": [option] if self.option else [],
            "active": not self.archived,
            "is_active": not self.archived,
            "is_composite": bool(self.parts),
            "has_inventory": self.has_inventory,
            "description": f"<p>{self.name}</p>",
            "price_including_tax": number(self.price),
            "price_excluding_tax": number(without_tax(self.price, self.tax.rate)),
            "supply_price": number(self.cost),
            "product_codes": [code],
            "image_url": "",
            "image_thumbnail_url": "",
            "button_order": 1,
            "packaging": {"breaks_into": [], "made_from": []},
            **{name: [] for name in _EMPTY_LISTS.split()},
            **dict.fromkeys(_NULLS.split()),
            "created_at": SINCE,
            "updated_at": SINCE,
            "deleted_at": "2026-11-09T02:00:00+00:00" if self.archived else None,
        }
        if self.parts:
            payload["composite_bom"] = {fixed_id(0x1B, part): 1 for part in self.parts}
        if self.tax is NO_TAX:
            payload["outlet_taxes"] = [
                {"outlet_id": outlet.outlet_id, "tax_id": NO_TAX.tax_id} for outlet in OUTLETS
            ]
        return payload


def _family(
    family: int, first: int, code: str, name: str, price: str, sizes: str, **more: Any
) -> tuple[Product, ...]:
    """The first size is the parent: a product like the others that the others point to."""
    options = sizes.split()
    return tuple(
        Product(
            serial=first + place,
            sku=f"{code}-{size}",
            name=name,
            price=Decimal(price),
            cost=Decimal(10),
            family=family,
            product=code,
            mtrx=("NONE", size, "", ""),
            option=size,
            parent=first if place else 0,
            variants=0 if place else len(options),
            **more,
        )
        for place, size in enumerate(options)
    )


def _single(serial: int, sku: str, name: str, price: str, cost: str, **more: Any) -> Product:
    return Product(serial, sku, name, Decimal(price), Decimal(cost), family=serial, **more)


TEE = _family(1, 0x01, "NZTEE", "Classic Tee", "39.90", "S M L")
HOODIE = _family(2, 0x11, "NZHOOD", "Harbour Hoodie", "89.95", "S M L XL")
JACKET = _family(3, 0x21, "NZJACK", "Southerly Jacket", "249.00", "S M L")
WOOL = _family(4, 0x31, "NZWOOL", "Merino Crew", "129.00", "S M L")
KEPLER = _family(5, 0x41, "NZKEP", "Kepler Vest", "119.00", "S M", mapped=False)
FAMILIES = TEE + HOODIE + JACKET + WOOL
MUG = _single(0x51, "MUG-01", "Mug", "14.95", "4.00", product="NZMUG", gl_account=GL_HOMEWARE)
TOWEL = _single(0x52, "TOWEL-01", "Tea Towel", "4.95", "2.00", product="NZTOWEL", gl_account=GL_HOMEWARE)
CAP = _single(0x53, "CAP-01", "Wharf Cap", "29.90", "9.00", product="NZCAP")
LAST_YEAR = _single(0x54, "CAP-25", "Wharf Cap 2025", "19.90", "9.00", product="NZCAP25", archived=True)
GIFT_BOX = _single(
    0x55, "GIFTBOX", "Gift Box", "52.50", "14.00", product="NZBOX", gl_account=GL_HOMEWARE, parts=(0x01, 0x51)
)
SINGLES = (MUG, TOWEL, CAP, LAST_YEAR, GIFT_BOX)
HEMMING = _single(
    0x61, "SVC-HEM", "Hemming", "25.00", "0", product="NZHEM", gl_account=GL_SERVICES, has_inventory=False
)
EMBROIDERY = _single(
    0x62, "SVC-EMB", "Embroidery", "15.00", "0", product="NZSERV", gl_account=GL_SERVICES, has_inventory=False
)
DISCOUNT = _single(0x63, "vend-discount", "Discount", "0", "0", has_inventory=False, source="VEND")
LOYALTY_OFF = _single(0x64, "LOYALTY-OFF", "Loyalty reward", "0", "0", has_inventory=False)
GIFT_CARD_PRODUCT = _single(
    0x65, "vend-gift-card", "Gift Card", "0", "0", product="NZGIFT", gl_account=GL_GIFT_CARDS,
    has_inventory=False, tax=NO_TAX, source="VEND",
)  # fmt: skip
SERVICES = (HEMMING, EMBROIDERY)
PRODUCTS = (*FAMILIES, *KEPLER, *SINGLES, *SERVICES, DISCOUNT, LOYALTY_OFF, GIFT_CARD_PRODUCT)
STOCKED = tuple(product for product in PRODUCTS if product.has_inventory)
GARMENTS = FAMILIES
HOMEWARE = (MUG, TOWEL, CAP)
# Sold, and in no answer of `GET /products`, not even among the deleted.
GHOST = _single(0x7F, "GHOST", "Never listed", "59.00", "10.00", product="NZGHOST", mapped=False)
BY_SERIAL = {product.serial: product for product in PRODUCTS}
