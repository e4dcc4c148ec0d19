"""What the X-Series twin holds: the world's rows as of now, and what must survive its restart.

How they are asked for belongs to paging.py and inventory.py, tokens to oauth.py.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from lightspeed_prima.twins.x_series.answers import exact_json
from lightspeed_prima.twins.x_series.levels import moved_levels
from lightspeed_prima.twins.x_series.oauth import Tokens
from lightspeed_prima.twins.x_series.paging import version_of
from lightspeed_prima.twins.x_world import XWorld
from lightspeed_prima.twins.x_world.config import FIRST_REFRESH_TOKEN, PERSONAL_TOKEN
from lightspeed_prima.twins.x_world.versions import SMALLEST_GAP
from lightspeed_prima.twins.x_world.wire import utc_text

Row = dict[str, Any]


def _first_tokens() -> dict[str, Any]:
    return Tokens(FIRST_REFRESH_TOKEN, PERSONAL_TOKEN).as_json()


@dataclass
class _Kept:
    """What the state file holds."""

    world: dict[str, Any]
    version: int
    """The highest version that was ever given out."""
    stage: int = 1
    revealed: dict[str, Row] = field(default_factory=dict)
    """Stage to the moment of its reveal and by how much its versions were lifted."""
    sales: dict[str, Row] = field(default_factory=dict)
    withheld: dict[str, Row] = field(default_factory=dict)
    """Sales whose newest version is written and not yet visible."""
    hidden: list[str] = field(default_factory=list)
    tokens: dict[str, Any] = field(default_factory=_first_tokens)


class TwinState:
    """The rows of every resource, by stage and by what was put in since."""

    def __init__(self, world: XWorld, path: Path | None, clock: Callable[[], float]) -> None:
        self.world = world
        self._path = path
        self._clock = clock
        self._kept = self._restored()
        self.tokens = Tokens(**self._kept.tokens)
        self._rows: dict[str, list[Row]] = {}

    @property
    def stage(self) -> int:
        """How much of the world Lightspeed knows by now."""
        return self._kept.stage

    def reveal(self, stage: int) -> None:
        """The changes of later stages happen now: above every version so far, at this moment."""
        for late in range(self._kept.stage + 1, stage + 1):
            versions = [sale.version for sale in self.world.sales if sale.stage == late]
            lift = max(0, self._kept.version + SMALLEST_GAP - min(versions, default=0))
            self._kept.revealed[str(late)] = {"at": utc_text(self._now()), "lift": lift}
            self._kept.version = max(self._kept.version, max(versions, default=0) + lift)
        self._kept.stage = stage
        self._changed()

    def put_sale(self, payload: Row, *, withhold: bool) -> Row:
        """Add or replace a sale with a new version; withheld, it keeps that version until it is committed."""
        sale = deepcopy(payload)
        self._kept.version += SMALLEST_GAP
        sale["_metadata"] = {**sale.get("_metadata", {}), "version": self._kept.version}
        sale["updated_at"] = utc_text(self._now())
        place = self._kept.withheld if withhold else self._kept.sales
        place[sale["id"]] = sale
        self._changed()
        return sale

    def hide(self, sale_ids: list[str]) -> None:
        """These sales are written and not yet visible, as a slow transaction leaves them."""
        self._kept.hidden = sorted({*self._kept.hidden, *sale_ids})
        self._changed()

    def commit(self) -> int:
        """Whatever was withheld or hidden becomes visible, under the versions it had all the time."""
        late = len(self._kept.withheld) + len(self._kept.hidden)
        self._kept.sales |= self._kept.withheld
        self._kept.withheld, self._kept.hidden = {}, []
        self._changed()
        return late

    def rows(self, name: str) -> list[Row]:
        """All rows of a resource in order of version, tombstones included."""
        if name not in self._rows:
            self._rows[name] = sorted(self._source(name), key=version_of)
        return self._rows[name]

    def find(self, name: str, row_id: str) -> Row | None:
        """The row with this id."""
        return next((row for row in self.rows(name) if row.get("id") == row_id), None)

    def save(self) -> None:
        """Write down what must survive, in one piece or not at all."""
        if self._path is None:
            return
        self._kept.tokens = self.tokens.as_json()
        self._path.parent.mkdir(parents=True, exist_ok=True)
        new = self._path.with_suffix(".new")
        with new.open("wb") as file:
            os.chmod(new, 0o600)
            file.write(exact_json(vars(self._kept)))
            file.flush()
            os.fsync(file.fileno())
        os.replace(new, self._path)

    def _changed(self) -> None:
        self._rows.clear()
        self.save()

    def _restored(self) -> _Kept:
        """The state file of the same world, else a fresh state: another world's sales mean nothing here."""
        world = self.world
        identity = {
            "seed": world.seed,
            "first_day": world.first_day.isoformat(),
            "last_day": world.last_day.isoformat(),
            "sales": len(world.sales),
        }
        if self._path is not None and self._path.exists():
            kept = _Kept(**json.loads(self._path.read_text(encoding="utf-8"), parse_float=Decimal))
            if kept.world == identity:
                return kept
        return _Kept(identity, max(sale.version for sale in world.sales if sale.stage == 1))

    def _source(self, name: str) -> list[Row]:
        world = self.world
        fixed = {
            "outlets": world.outlets,
            "registers": world.registers,
            "taxes": world.taxes,
            "outlet_taxes": world.outlet_taxes,
            "products": world.products,
        }
        if name in fixed:
            return list(fixed[name])
        if name == "payment_types":
            return [row for row in world.payment_types if not row["internal"]]
        if name == "inventory":
            return moved_levels(world.inventory, world.products, self.rows("sales"))
        assert name == "sales", f"no rows for {name}"
        return self._sales()

    def _sales(self) -> list[Row]:
        visible: dict[str, Row] = {}
        for sale in self.world.sales:
            if sale.stage <= self._kept.stage:
                visible[sale.sale_id] = self._as_revealed(sale.payload, sale.stage)
        visible |= self._kept.sales
        return [row for sale_id, row in visible.items() if sale_id not in self._kept.hidden]

    def _as_revealed(self, payload: Row, stage: int) -> Row:
        """A change that was revealed carries the server's time of the reveal and a version of that time."""
        revealed = self._kept.revealed.get(str(stage))
        if revealed is None:
            return payload
        meta = payload["_metadata"]
        updated_at = max(payload["updated_at"], revealed["at"])
        return payload | {
            "updated_at": updated_at,
            "_metadata": meta | {"version": meta["version"] + revealed["lift"]},
        }

    def _now(self) -> datetime:
        return datetime.fromtimestamp(self._clock(), UTC)
