"""The ordinary trade of the X-Series world: which sales happen in which outlet, when, in known proportions.

What a kind of sale looks like belongs to stories.py and returns.py.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from random import Random

from lightspeed_prima.twins.x_world.retailer import OUTLETS, Outlet
from lightspeed_prima.twins.x_world.returns import RETURN_STORIES, ReturnStory
from lightspeed_prima.twins.x_world.statuses import CLOSED
from lightspeed_prima.twins.x_world.stories import PLAIN, STORIES, Story, plain_sale
from lightspeed_prima.twins.x_world.till import Sale

# Until 13:00 in Auckland it is still yesterday in UTC: half of all trading days shift.
OPENS, CLOSES = 9, 18


def ordinary_trade(rng: Random, first_day: date, days: int, sales_per_day: int) -> list[Sale]:
    """Every honest sale of the week, oldest first."""
    blank = _blank_sales(rng, first_day, days, sales_per_day)
    told: list[Sale] = []
    waiting: list[tuple[Sale, ReturnStory]] = []
    for sale, story in zip(blank, _deal(rng, blank, first_day), strict=True):
        sale.story = story.name
        if isinstance(story, ReturnStory):
            waiting.append((sale, story))
        else:
            story.tell(rng, sale)
            told.append(sale)
    for sale, story in waiting:
        earlier = [s for s in told if s.rung_at < sale.rung_at]
        if not story.tell(rng, sale, earlier):
            sale.story = PLAIN.name
            plain_sale(rng, sale)
        told.append(sale)
    return sorted(told, key=lambda sale: (sale.rung_at, sale.outlet.outlet_id))


def open_sale(rng: Random, outlet: Outlet, day: date, story: str, hour: int | None = None) -> Sale:
    """A sale rung and synced at some minute of the outlet's day, closed unless its story says otherwise."""
    minute = rng.randint(0, (CLOSES - OPENS) * 60 - 5) if hour is None else rng.randint(0, 58)
    rung = datetime(day.year, day.month, day.day, hour or OPENS, tzinfo=outlet.time_zone) + timedelta(
        minutes=minute, seconds=rng.randint(0, 59)
    )
    sale = Sale(
        outlet=outlet,
        register=rng.choice([register for register in outlet.registers if not register.deleted]),
        user=rng.choice(outlet.users),
        story=story,
        rung_at=rung,
        created_at=rung + timedelta(seconds=rng.randint(0, 3)),
    )
    sale.begins(CLOSED)
    return sale


def _blank_sales(rng: Random, first_day: date, days: int, sales_per_day: int) -> list[Sale]:
    small = [_rounded(sales_per_day * outlet.share_of_trade) for outlet in OUTLETS[1:]]
    counts = [sales_per_day - sum(small), *small]
    blank = [
        open_sale(rng, outlet, first_day + timedelta(days=day), PLAIN.name)
        for day in range(days)
        for outlet, count in zip(OUTLETS, counts, strict=True)
        for _ in range(count)
    ]
    return sorted(blank, key=lambda sale: (sale.rung_at, sale.outlet.outlet_id))


def _deal(rng: Random, blank: Sequence[Sale], first_day: date) -> list[Story | ReturnStory]:
    """A story for each sale: as many of each kind as its share, at least one while there is room."""
    dealt: dict[int, Story | ReturnStory] = {}
    free = list(range(len(blank)))
    rng.shuffle(free)
    # Returns first: they need a day on which something was sold before.
    for story in (*RETURN_STORIES, *STORIES):
        wanted = max(1, _rounded(len(blank) * story.share))
        later = [slot for slot in free if blank[slot].business_date > first_day]
        fitting = later if isinstance(story, ReturnStory) else free
        dealt.update(dict.fromkeys(fitting[:wanted], story))
        free = [slot for slot in free if slot not in dealt]
    return [dealt.get(slot, PLAIN) for slot in range(len(blank))]


def _rounded(amount: Decimal) -> int:
    return int(amount.quantize(Decimal(1), rounding=ROUND_HALF_UP))
