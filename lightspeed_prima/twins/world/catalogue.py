"""What the shops sell, as Lightspeed knows it and as Prima knows it.

Styles, variants, services and their prices. Which of them Prima's master data maps belongs to mappings.py,
how many were sold to week.py.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from lightspeed_prima.twins.world.shops import CLASS_CHILDREN, CLASS_GOODS, CLASS_LABOUR, Shop

Payload = dict[str, Any]

GL_FOOTWEAR, GL_CHILDREN, GL_ACCESSORIES, GL_SERVICES, GL_GIFT_CARDS = "4000", "4010", "4020", "4030", "2100"
_CREATED = "2025-01-10T15:00:00+00:00"
_TOUCHED = "2026-02-01T15:00:00+00:00"
_SIZE_SET = {
    "itemAttributeSetID": "4",
    "name": "Width/Size",
    "attributeName1": "Width",
    "attributeName2": "Size",
    "attributeName3": "",
    "system": "false",
    "archived": "false",
}


@dataclass(frozen=True)
class Item:
    """One sellable thing: a size of a style, an accessory or a service."""

    item_id: str
    description: str
    custom_sku: str
    manufacturer_sku: str
    price: Decimal
    """What a consumer pays in a shop whose prices include VAT."""
    trade_price: Decimal
    """What the trade counter asks before VAT."""
    cost: Decimal
    tax_class: str
    gl_account: str
    product: str
    mtrx: tuple[str, str, str, str]
    matrix_id: str = "0"
    style: str = ""
    service: bool = False
    archived: bool = False
    mapped: bool = True

    @property
    def sku(self) -> str:
        """The Lightspeed SKU of docs/interface.md: customSku, else manufacturerSku."""
        return self.custom_sku or self.manufacturer_sku

    def price_in(self, shop: Shop) -> Decimal:
        """The unit price that the till of that shop shows."""
        return self.price if shop.tax.inclusive else self.trade_price

    def payload(self) -> Payload:
        """As R-Series prints it, with all its relations but ItemShops."""
        payload: Payload = {
            "itemID": self.item_id,
            # Not derivable from the item's id: gaps grow as items were deleted over the years.
            "systemSku": str(210000000000 + int(self.item_id) + 6 + int(self.item_id) // 40),
            "defaultCost": plain(self.cost),
            "avgCost": plain(self.cost),
            "discountable": "true",
            "tax": "true",
            "archived": "true" if self.archived else "false",
            "itemType": "non_inventory" if self.service else "default",
            "laborDurationMinutes": "0",
            "serialized": "false",
            "description": self.description,
            "modelYear": "0",
            "upc": "",
            "ean": "",
            "customSku": self.custom_sku,
            "manufacturerSku": self.manufacturer_sku,
            "createTime": _CREATED,
            "timeStamp": _TOUCHED,
            "publishToEcom": "false",
            "categoryID": "12",
            "taxClassID": self.tax_class,
            "departmentID": "0",
            "itemMatrixID": self.matrix_id,
            "itemAttributesID": self.item_id if self.matrix_id != "0" else "0",
            "manufacturerID": "0",
            "noteID": "0",
            "seasonID": "0",
            "defaultVendorID": "2",
            "Prices": _prices(self.price),
        }
        if self.matrix_id != "0":
            payload["ItemAttributes"] = {
                "attribute1": self.mtrx[0],
                "attribute2": self.mtrx[1],
                "attribute3": "",
                "itemAttributeSetID": _SIZE_SET["itemAttributeSetID"],
                "ItemAttributeSet": _SIZE_SET,
            }
        return payload


@dataclass(frozen=True)
class Style:
    """A shoe in widths and sizes: an item matrix in Lightspeed, a product with matrix codes in Prima."""

    matrix_id: str
    code: str
    name: str
    price: Decimal
    trade_price: Decimal
    cost: Decimal
    widths: tuple[str, ...]
    sizes: tuple[str, ...]
    tax_class: str = CLASS_GOODS
    mapped: bool = True

    def payload(self) -> Payload:
        """As R-Series prints it; one width is a plain string there, not a list."""
        return {
            "itemMatrixID": self.matrix_id,
            "description": self.name,
            "tax": "true",
            "defaultCost": plain(self.cost),
            "itemType": "default",
            "serialized": "false",
            "modelYear": "0",
            "archived": "false",
            "timeStamp": "2026-01-31T18:32:28+00:00",
            "itemAttributeSetID": _SIZE_SET["itemAttributeSetID"],
            "manufacturerID": "0",
            "categoryID": "12",
            "defaultVendorID": "2",
            "taxClassID": self.tax_class,
            "seasonID": "0",
            "departmentID": "0",
            "Prices": _prices(self.price),
            "attribute1Values": self.widths[0] if len(self.widths) == 1 else list(self.widths),
            "attribute2Values": list(self.sizes),
        }


def plain(number: Decimal) -> str:
    """A number as R-Series prints it: no exponent, no trailing zeros, no minus zero."""
    text = f"{number:f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


def _prices(price: Decimal) -> Payload:
    amount = plain(price)
    return {
        "ItemPrice": [
            {"amount": amount, "useTypeID": "1", "useType": "Default"},
            {"amount": amount, "useTypeID": "2", "useType": "MSRP"},
        ]
    }


_FG = ("F", "G")
_MEN = ("070", "075", "080", "085", "090", "095", "100")
_CHILD = ("010", "015", "020", "025")


def _style(
    matrix_id: str, code: str, name: str, price: str, trade: str, sizes: tuple[str, ...] = _MEN, **more: Any
) -> Style:
    retail = Decimal(price)
    cost = (retail * Decimal("0.38")).quantize(Decimal("0.01"))
    return Style(matrix_id, code, name, retail, Decimal(trade), cost, more.pop("widths", _FG), sizes, **more)


STYLES = (
    _style("7", "BROGUE", "Oxford Brogue", "179.00", "129.00"),
    _style("8", "CHELSEA", "Chelsea Boot", "199.95", "142.00"),
    _style("9", "LOAFER", "Penny Loafer", "149.00", "105.00"),
    _style("10", "DERBY", "Country Derby", "165.00", "118.00"),
    _style("11", "GALWAY", "Galway Boot", "349.00", "254.00", widths=("F", "G", "H")),
    _style("12", "DECK", "Deck Shoe", "119.00", "84.50", widths=("F",)),
    _style("13", "TRAIL", "Trail Boot", "139.95", "99.00"),
    _style("14", "PUP", "Children's Trainer", "54.00", "39.00", _CHILD, tax_class=CLASS_CHILDREN),
    _style("15", "NOVA", "Nova Runner", "129.00", "92.00", ("080", "090"), widths=("F",), mapped=False),
)


def _sizes_of(styles: tuple[Style, ...]) -> tuple[Item, ...]:
    found: list[Item] = []
    for style in styles:
        for width in style.widths:
            for size in style.sizes:
                found.append(
                    Item(
                        item_id=str(401 + len(found)),
                        description=f"{style.name} {width} {size}",
                        custom_sku=f"{style.code}-{width}-{size}",
                        manufacturer_sku="",
                        price=style.price,
                        trade_price=style.trade_price,
                        cost=style.cost,
                        tax_class=style.tax_class,
                        gl_account=GL_CHILDREN if style.tax_class == CLASS_CHILDREN else GL_FOOTWEAR,
                        product=style.code,
                        mtrx=(width, size, "", ""),
                        matrix_id=style.matrix_id,
                        style=style.code,
                        mapped=style.mapped,
                    )
                )
    return tuple(found)


_ONE_SIZE = ("NONE", "ONE", "", "")
_BLANK = ("", "", "", "")


def _accessory(item_id: str, name: str, sku: str, price: str, trade: str, product: str, **more: Any) -> Item:
    return Item(
        item_id=item_id,
        description=name,
        custom_sku=more.pop("custom_sku", sku),
        manufacturer_sku=more.pop("manufacturer_sku", ""),
        price=Decimal(price),
        trade_price=Decimal(trade),
        cost=(Decimal(price) * Decimal("0.4")).quantize(Decimal("0.01")),
        tax_class=more.pop("tax_class", CLASS_GOODS),
        gl_account=more.pop("gl_account", GL_ACCESSORIES),
        product=product,
        mtrx=more.pop("mtrx", _ONE_SIZE),
        **more,
    )


SHOES = _sizes_of(STYLES)
ACCESSORIES = (
    _accessory("701", "Leather Belt Brown", "BELT-BRN", "45.00", "31.50", "BELTBRN"),
    _accessory("702", "Wool Socks", "SOCKS-WOOL", "14.50", "9.95", "SOCKWL"),
    _accessory("703", "Shoe Trees Cedar", "TREES-CEDAR", "29.95", "21.35", "TREECD"),
    _accessory(
        "704", "Leather Conditioner", "", "9.95", "6.75", "CONDIT", manufacturer_sku="LC-125", mtrx=_BLANK
    ),
    _accessory("705", "Waxed Laces", "LACES-WAX", "4.95", "3.15", "LACEWX", mtrx=_BLANK, archived=True),
)
RESOLE = _accessory(
    "801", "Resole", "RESOLE", "65.00", "52.00", "RESOLE",
    mtrx=_BLANK, tax_class=CLASS_LABOUR, gl_account=GL_SERVICES, service=True,
)  # fmt: skip
STRETCH = _accessory(
    "802", "Stretching", "STRETCH", "25.00", "20.00", "STRETCH",
    mtrx=_BLANK, tax_class=CLASS_LABOUR, gl_account=GL_SERVICES, service=True,
)  # fmt: skip
SERVICES = (RESOLE, STRETCH)
ITEMS = SHOES + ACCESSORIES + SERVICES
STOCKED = SHOES + ACCESSORIES
SALEABLE_SHOES = tuple(item for item in SHOES if item.mapped and item.tax_class == CLASS_GOODS)
CHILDRENS_SHOES = tuple(item for item in SHOES if item.tax_class == CLASS_CHILDREN)
UNMAPPED_SHOES = tuple(item for item in SHOES if not item.mapped)
