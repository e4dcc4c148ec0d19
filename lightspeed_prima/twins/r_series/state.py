"""What the R-Series twin holds: the world's rows as of now, and what must survive its restart.

Rows are whole and uncollapsed here. How they are asked for belongs to query.py, tokens to oauth.py.
"""

from __future__ import annotations

import json
import os
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from lightspeed_prima.twins.r_series.oauth import Tokens
from lightspeed_prima.twins.r_series.resources import RESOURCES
from lightspeed_prima.twins.world import World
from lightspeed_prima.twins.world.config import FIRST_REFRESH_TOKEN

Row = dict[str, Any]


@dataclass
class _Kept:
    """What the state file holds."""

    world: dict[str, Any]
    stage: int = 1
    revealed_at: dict[str, str] = field(default_factory=dict)
    sales: dict[str, Row] = field(default_factory=dict)
    sale_voids: list[Row] = field(default_factory=list)
    tokens: dict[str, Any] = field(default_factory=lambda: Tokens([FIRST_REFRESH_TOKEN]).as_json())


class TwinState:
    """The rows of every resource, by stage and by what was put in since."""

    def __init__(self, world: World, path: Path | None, clock: Callable[[], float]) -> None:
        self.world = world
        self._path = path
        self._clock = clock
        self._kept = self._restored()
        self.tokens = Tokens(**self._kept.tokens)
        self.version = 0
        self._rows: dict[str, list[Row]] = {}
        self._index: dict[tuple[str, str], dict[str, list[Row]]] = {}

    @property
    def stage(self) -> int:
        """How much of the world Lightspeed knows by now."""
        return self._kept.stage

    def reveal(self, stage: int) -> None:
        """Sales of later stages arrive now: their updateTime is the moment at which the till came online."""
        for late in range(self._kept.stage + 1, stage + 1):
            self._kept.revealed_at[str(late)] = self._now_text()
        self._kept.stage = stage
        self._changed()

    def put_sale(self, payload: Row) -> None:
        """Add or replace a sale; one that is voided gets its SaleVoid row, and no other clock moves."""
        sale = _with_lists(payload)
        sale_id = str(sale["saleID"])
        voided = sale.get("voided") == "true"
        if voided and not self.find("SaleVoid", "saleID", sale_id):
            self._kept.sale_voids.append(
                {
                    "saleVoidID": str(
                        1 + max((int(v["saleVoidID"]) for v in self.rows("SaleVoid")), default=0)
                    ),
                    "createTime": self._now_text(),
                    "reason": "Lightspeed Retail System Administrator Void: put by a test",
                    "saleID": sale_id,
                    "employeeID": str(sale.get("employeeID", "0")),
                    "shopID": str(sale.get("shopID", "0")),
                }
            )
        self._kept.sales[sale_id] = sale
        self._changed()

    def rows(self, entity: str) -> list[Row]:
        """All rows of a resource, whole."""
        if entity not in self._rows:
            self._rows[entity] = self._source(entity)
        return self._rows[entity]

    def find(self, entity: str, field_name: str, value: str) -> Sequence[Row]:
        """The rows with this value in a field; without a field, the one with this primary key."""
        name = field_name or RESOURCES[entity].primary_key
        if (entity, name) not in self._index:
            index: dict[str, list[Row]] = defaultdict(list)
            for row in self.rows(entity):
                index[str(row.get(name))].append(row)
            self._index[entity, name] = index
        return self._index[entity, name].get(value, ())

    def save(self) -> None:
        """Write down what must survive, in one piece or not at all."""
        if self._path is None:
            return
        self._kept.tokens = self.tokens.as_json()
        self._path.parent.mkdir(parents=True, exist_ok=True)
        new = self._path.with_suffix(".new")
        with new.open("w", encoding="utf-8") as file:
            os.chmod(new, 0o600)
            json.dump(vars(self._kept), file)
            file.flush()
            os.fsync(file.fileno())
        os.replace(new, self._path)

    def _changed(self) -> None:
        self.version += 1
        self._rows.clear()
        self._index.clear()
        self.save()

    def _restored(self) -> _Kept:
        """The state file of the same world, else a fresh state: another world's sales mean nothing here."""
        identity = {
            "seed": self.world.seed,
            "first_day": self.world.first_day.isoformat(),
            "last_day": self.world.last_day.isoformat(),
            "sales": len(self.world.sales),
        }
        if self._path is not None and self._path.exists():
            kept = _Kept(**json.loads(self._path.read_text(encoding="utf-8")))
            if kept.world == identity:
                return kept
        return _Kept(world=identity)

    def _source(self, entity: str) -> list[Row]:
        world = self.world
        fixed: dict[str, Sequence[Row]] = {
            "Item": world.items,
            "ItemMatrix": world.matrices,
            "Shop": world.shops,
            "Register": world.registers,
            "Employee": world.employees,
            "Customer": world.customers,
            "Discount": world.discounts,
            "PaymentType": world.payment_types,
            "TaxCategory": world.tax_categories,
            "TaxClass": world.tax_classes,
        }
        if entity in fixed:
            return list(fixed[entity])
        return self._living(entity)

    def _living(self, entity: str) -> list[Row]:
        if entity == "Account":
            return [_account(self.world)]
        if entity == "Sale":
            return self._sales()
        if entity == "SaleLine":
            return [*self.world.reserved_lines, *self._inside_sales("SaleLines", "SaleLine")]
        if entity == "SalePayment":
            return self._inside_sales("SalePayments", "SalePayment")
        if entity == "SaleVoid":
            return [*self.world.sale_voids, *self._kept.sale_voids]
        assert entity == "ItemShop", f"no rows for {entity}"
        return self._item_shops()

    def _sales(self) -> list[Row]:
        visible: dict[str, Row] = {}
        for sale in self.world.sales:
            if sale.stage <= self._kept.stage:
                visible[sale.sale_id] = self._as_revealed(sale.payload, sale.stage)
        visible |= self._kept.sales
        return list(visible.values())

    def _as_revealed(self, payload: Row, stage: int) -> Row:
        revealed_at = self._kept.revealed_at.get(str(stage), "")
        if not revealed_at or revealed_at <= payload["updateTime"]:
            return payload
        return payload | {"updateTime": revealed_at}

    def _inside_sales(self, relation: str, entity: str) -> list[Row]:
        return [row for sale in self.rows("Sale") for row in sale.get(relation, {}).get(entity, [])]

    def _item_shops(self) -> list[Row]:
        """Opening stock less what was sold in completed sales that were not voided."""
        sold: Counter[tuple[str, str]] = Counter()
        moved_at: dict[tuple[str, str], str] = {}
        for sale in self.rows("Sale"):
            if sale.get("completed") != "true" or sale.get("voided") == "true":
                continue
            for line in _inside(sale, "SaleLines", "SaleLine"):
                for shop_id in (str(sale["shopID"]), "0"):
                    place = (str(line["itemID"]), shop_id)
                    sold[place] += int(line["unitQuantity"])
                    moved_at[place] = max(moved_at.get(place, ""), str(sale["updateTime"]))
        rows = []
        for row in self.world.item_shops:
            place = (row["itemID"], row["shopID"])
            units = int(row["qoh"]) - sold[place]
            now = {"qoh": str(units), "sellable": str(max(0, units))}
            rows.append(row | now | {"timeStamp": max(row["timeStamp"], moved_at.get(place, ""))})
        return rows

    def _now_text(self) -> str:
        return datetime.fromtimestamp(self._clock(), UTC).replace(microsecond=0).isoformat()


def _inside(sale: Row, relation: str, entity: str) -> list[Row]:
    """The rows of a relation that lies inside a sale; an empty one may be "" or missing."""
    return list((sale.get(relation) or {}).get(entity, []))


def _account(world: World) -> Row:
    return {
        "accountID": world.account_id,
        "name": "Shoes of the Seeded World",
        "defaultCurrency": {"code": world.currency, "symbol": "€"},
        "link": {"@attributes": {"href": f"/API/Account/{world.account_id}"}},
    }


def _with_lists(payload: Row) -> Row:
    """A sale as a client might have read it, with its collapsed lists made lists again."""
    sale = deepcopy(payload)
    for relation, entity in (("SaleLines", "SaleLine"), ("SalePayments", "SalePayment")):
        inside = sale.get(relation)
        if isinstance(inside, dict) and not isinstance(inside.get(entity), list):
            sale[relation] = {entity: [inside[entity]]}
        elif inside == "":
            del sale[relation]
    for payment in _inside(sale, "SalePayments", "SalePayment"):
        accounts = payment.get("SaleAccounts")
        if isinstance(accounts, dict) and not isinstance(accounts.get("SaleAccount"), list):
            payment["SaleAccounts"] = {"SaleAccount": [accounts["SaleAccount"]]}
    return sale
