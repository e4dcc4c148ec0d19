"""What can be asked of the R-Series twin: resources, their sort fields and their relations.

A table of facts from docs/wire_notes.md. How a query is answered belongs to query.py, where rows come from to
state.py.
"""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Relation:
    """How a row leads to others.

    With `key`, the row's field names one row of `target`; with `reverse`, rows of `target` name this row;
    with neither, it lies inside the row already.
    """

    target: str
    to_many: bool = False
    key: str = ""
    reverse: str = ""


@dataclass(frozen=True)
class Resource:
    """A collection of the API."""

    name: str
    primary_key: str
    sort_fields: tuple[str, ...]
    relations: dict[str, Relation] = field(default_factory=dict)
    archived_hidden: bool = False
    """Whether archived rows are left out unless asked for. Sale takes the parameter and ignores it."""
    aliases: dict[str, str] = field(default_factory=dict)
    """Names to search and sort by that rows do not carry, with what stands behind them."""


def _inside(target: str = "", *, many: bool = False) -> Relation:
    return Relation(target, to_many=many)


_RESOURCES = (
    Resource("Account", "accountID", ("accountID",)),
    Resource(
        "Sale",
        "saleID",
        ("saleID", "timeStamp", "completeTime", "updateTime"),
        {
            "SaleLines": _inside("SaleLine", many=True),
            "SalePayments": _inside("SalePayment", many=True),
            "SaleNotes": _inside(),
            "ShipTo": _inside("ShipTo"),
            "Quote": _inside(),
            "Customer": Relation("Customer", key="customerID"),
            "Discount": Relation("Discount", key="discountID"),
            "TaxCategory": Relation("TaxCategory", key="taxCategoryID"),
        },
    ),
    Resource(
        "SaleLine",
        "saleLineID",
        ("saleLineID", "timeStamp", "saleID"),
        {
            "Item": Relation("Item", key="itemID"),
            "TaxClass": Relation("TaxClass", key="taxClassID"),
            "TaxCategory": Relation("TaxCategory", key="taxCategoryID"),
            "Discount": _inside(),
            "Note": _inside(),
            "InventorySales": _inside(many=True),
            "SaleAccounts": _inside(many=True),
            "ItemFee": _inside(),
        },
    ),
    Resource(
        "SalePayment",
        "salePaymentID",
        ("salePaymentID", "createTime", "saleID"),
        {
            "PaymentType": Relation("PaymentType", key="paymentTypeID"),
            "SaleAccounts": _inside(many=True),
            "CCCharge": _inside(),
            "Signatures": _inside(many=True),
            "ProcessingFees": _inside(many=True),
        },
        aliases={"timeStamp": "createTime"},
    ),
    Resource("PaymentType", "paymentTypeID", ("paymentTypeID",), archived_hidden=True),
    Resource(
        "Shop",
        "shopID",
        ("shopID",),
        {
            "TaxCategory": Relation("TaxCategory", key="taxCategoryID"),
            "Registers": Relation("Register", to_many=True, reverse="shopID"),
            "Contact": _inside(),
            "ReceiptSetup": _inside(),
            "ShelfLocations": _inside(many=True),
            "CCGateway": _inside(),
            "PriceLevel": _inside(),
        },
        archived_hidden=True,
    ),
    Resource("Register", "registerID", ("registerID",), archived_hidden=True),
    Resource("Employee", "employeeID", ("employeeID", "timeStamp"), archived_hidden=True),
    Resource(
        "Customer",
        "customerID",
        ("customerID", "timeStamp", "firstName", "lastName"),
        {"Contact": _inside()},
        archived_hidden=True,
    ),
    Resource("Discount", "discountID", ("discountID", "timeStamp"), archived_hidden=True),
    Resource(
        "TaxCategory",
        "taxCategoryID",
        ("taxCategoryID", "timeStamp"),
        {"TaxCategoryClasses": _inside(many=True)},
    ),
    Resource("TaxClass", "taxClassID", ("taxClassID", "timeStamp")),
    Resource(
        "Item",
        "itemID",
        ("itemID", "timeStamp", "description"),
        {
            "ItemShops": Relation("ItemShop", to_many=True, reverse="itemID"),
            "ItemAttributes": _inside("ItemAttributes"),
            "TaxClass": Relation("TaxClass", key="taxClassID"),
            "Category": _inside(),
            "Manufacturer": _inside(),
            "Note": _inside(),
            "Images": _inside(many=True),
            "ItemVendorNums": _inside(many=True),
            "ItemComponents": _inside(many=True),
            "ItemECommerce": _inside(),
            "TagRelations": _inside(many=True),
            "CustomFieldValues": _inside(many=True),
            "ItemPrices": _inside(many=True),
        },
        archived_hidden=True,
    ),
    Resource("ItemShop", "itemShopID", ("itemShopID", "timeStamp")),
    Resource(
        "ItemMatrix",
        "itemMatrixID",
        ("itemMatrixID", "timeStamp", "description"),
        {
            "Items": Relation("Item", to_many=True, reverse="itemMatrixID"),
            "TaxClass": Relation("TaxClass", key="taxClassID"),
            "ItemAttributeSet": _inside(),
            "Category": _inside(),
            "Images": _inside(many=True),
            "TagRelations": _inside(many=True),
        },
        archived_hidden=True,
    ),
    Resource("SaleVoid", "saleVoidID", ("saleVoidID", "saleID")),
)
# Not asked for by themselves, but relations lead through them.
_NESTED_ONLY = (
    Resource("ItemAttributes", "", (), {"ItemAttributeSet": _inside()}),
    Resource("ShipTo", "", (), {"Contact": _inside()}),
)
RESOURCES = {resource.name: resource for resource in _RESOURCES}
ENTITIES = RESOURCES | {resource.name: resource for resource in _NESTED_ONLY}


def relation_at(resource: Resource, path: str) -> tuple[Relation, bool] | None:
    """The relation that a dotted path names and whether it hangs below a list; None when there is none."""
    below_many = False
    current: Resource | None = resource
    found: Relation | None = None
    for name in path.split("."):
        if found is not None and found.to_many:
            below_many = True
        if current is None or name not in current.relations:
            return None
        found = current.relations[name]
        current = ENTITIES.get(found.target)
    return (found, below_many) if found else None
