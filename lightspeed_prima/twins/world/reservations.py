"""Sale lines without a sale: open layaways, which SaleLine.json lists with saleID "0".

They exist to be ignored by whoever reads sales; nothing of them is sold yet.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from lightspeed_prima.twins.world.catalogue import SALEABLE_SHOES, plain
from lightspeed_prima.twins.world.shops import DUBLIN, KINSALE, RETAIL_CUSTOMERS
from lightspeed_prima.twins.world.till import utc_text

Payload = dict[str, Any]
_FIRST_LINE = 14001


def reserved_line_payloads(first_day: date) -> list[Payload]:
    """Two layaways that were put aside on the first morning."""
    opened = utc_text(datetime(first_day.year, first_day.month, first_day.day, 11, tzinfo=UTC))
    rows = []
    for number, (shop, item) in enumerate(((DUBLIN, SALEABLE_SHOES[3]), (KINSALE, SALEABLE_SHOES[20]))):
        price = plain(item.price_in(shop))
        rows.append(
            {
                "saleLineID": str(_FIRST_LINE + number),
                "createTime": opened,
                "timeStamp": opened,
                "unitQuantity": "1",
                "unitPrice": price,
                "normalUnitPrice": "0",
                "discountAmount": "0",
                "discountPercent": "0",
                "avgCost": plain(item.cost),
                "fifoCost": plain(item.cost),
                "tax": "true",
                "tax1Rate": plain(shop.tax.rate),
                "tax2Rate": "0",
                "isLayaway": "true",
                "isWorkorder": "false",
                "isSpecialOrder": "false",
                "displayableSubtotal": price,
                "displayableUnitPrice": price,
                "lineType": "",
                "calcLineDiscount": "0",
                "calcTransactionDiscount": "0",
                "calcTotal": price,
                "calcSubtotal": price,
                "calcTax1": "0",
                "calcTax2": "0",
                "taxClassID": item.tax_class,
                "customerID": RETAIL_CUSTOMERS[0].customer_id,
                "discountID": "0",
                "employeeID": shop.employees[0],
                "itemID": item.item_id,
                "noteID": "0",
                "parentSaleLineID": "0",
                "shopID": shop.shop_id,
                "taxCategoryID": "0",
                "saleID": "0",
                "itemFeeID": "0",
            }
        )
    return rows
