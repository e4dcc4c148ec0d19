"""The ordinary trade of the world: which sales happen in which shop, when, in known proportions.

What a kind of sale looks like belongs to stories.py and returns.py, what goes wrong on purpose to trouble.py.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from random import Random

from lightspeed_prima.twins.world.returns import RETURN_STORIES, ReturnStory
from lightspeed_prima.twins.world.shops import SHOPS, Shop
from lightspeed_prima.twins.world.stories import PLAIN, STORIES, Story, plain_sale
from lightspeed_prima.twins.world.till import Sale

OPENS, CLOSES = 10, 18


def ordinary_trade(rng: Random, first_day: date, days: int, sales_per_day: int) -> list[Sale]:
    """Every honest sale of the week, oldest first."""
    blank = _blank_sales(rng, first_day, days, sales_per_day)
    told: list[Sale] = []
    waiting: list[tuple[Sale, ReturnStory]] = []
    last_day = first_day + timedelta(days=days - 1)
    for sale, story in zip(blank, _deal(rng, blank, first_day, last_day), strict=True):
        sale.story = story.name
        if isinstance(story, ReturnStory):
            waiting.append((sale, story))
        else:
            story.tell(rng, sale)
            told.append(sale)
    sold_on = _by_day(told)
    for sale, story in waiting:
        if not story.tell(rng, sale, _sold_lately(sale, sold_on)):
            sale.story = PLAIN.name
            plain_sale(rng, sale)
        told.append(sale)
    return sorted(told, key=lambda sale: (sale.opened_at, sale.shop.shop_id))


def open_sale(rng: Random, shop: Shop, day: date, story: str, *, afternoon: bool = False) -> Sale:
    """An empty sale at some minute of the shop's day, to be completed two or three minutes later."""
    first = OPENS if not afternoon else CLOSES - 2
    minute = rng.randint(0, (CLOSES - first) * 60 - 10)
    opened = datetime(day.year, day.month, day.day, first, tzinfo=shop.time_zone) + timedelta(
        minutes=minute, seconds=rng.randint(0, 59)
    )
    completed = opened + timedelta(seconds=rng.randint(90, 200))
    return Sale(
        shop=shop,
        story=story,
        opened_at=opened,
        completed_at=completed,
        updated_at=completed + timedelta(seconds=rng.choice((0, 0, 1))),
        register=rng.choice(shop.registers),
        employee=rng.choice(shop.employees),
    )


def _blank_sales(rng: Random, first_day: date, days: int, sales_per_day: int) -> list[Sale]:
    counts = _shares_of_a_day(sales_per_day)
    blank = [
        open_sale(rng, shop, first_day + timedelta(days=day), PLAIN.name)
        for day in range(days)
        for shop, count in zip(SHOPS, counts, strict=True)
        for _ in range(count)
    ]
    return sorted(blank, key=lambda sale: (sale.opened_at, sale.shop.shop_id))


def _shares_of_a_day(sales_per_day: int) -> list[int]:
    counts = [_rounded(sales_per_day * shop.share_of_trade) for shop in SHOPS[1:]]
    return [sales_per_day - sum(counts), *counts]


def _deal(rng: Random, blank: Sequence[Sale], first_day: date, last_day: date) -> list[Story | ReturnStory]:
    """A story for each sale: as many of each kind as its share of the week, at least one."""
    dealt: dict[int, Story | ReturnStory] = {}
    free = list(range(len(blank)))
    rng.shuffle(free)
    # Returns first: they need a day on which something was sold before.
    for story in (*RETURN_STORIES, *STORIES):
        wanted = max(1, _rounded(len(blank) * story.share))
        fitting = [slot for slot in free if _suits(story, blank[slot], first_day, last_day)]
        dealt.update(dict.fromkeys(fitting[:wanted], story))
        free = [slot for slot in free if slot not in dealt]
    return [dealt.get(slot, PLAIN) for slot in range(len(blank))]


def _suits(story: Story | ReturnStory, sale: Sale, first_day: date, last_day: date) -> bool:
    day = sale.business_date
    assert day is not None
    if isinstance(story, ReturnStory):
        return sale.shop in story.shops and day > first_day
    return sale.shop in story.shops and (not story.ends_next_day or day < last_day)


def _by_day(sales: Sequence[Sale]) -> dict[date, list[Sale]]:
    found: dict[date, list[Sale]] = defaultdict(list)
    for sale in sales:
        if sale.business_date is not None:
            found[sale.business_date].append(sale)
    return found


def _sold_lately(sale: Sale, sold_on: dict[date, list[Sale]]) -> list[Sale]:
    """What was completed before, up to three days ago: goods come back soon or not at all."""
    today = sale.business_date
    assert today is not None
    recent = (s for back in range(4) for s in sold_on.get(today - timedelta(days=back), []))
    return [s for s in recent if s.completed_at is not None and s.completed_at < sale.opened_at]


def _rounded(number: Decimal) -> int:
    return int(number.quantize(Decimal(1), rounding=ROUND_HALF_UP))
