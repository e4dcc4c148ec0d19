"""The seeded X-Series world: two outlets in two time zones, a week of trade and the right answer.

The public face is here; the rooms are in the modules. No module of the pipeline is imported, and none may be.
"""

from lightspeed_prima.twins.x_world.answer_key import (
    AnswerKey,
    ExpectedDocument,
    ExpectedSale,
    ExpectedStock,
    StockMove,
)
from lightspeed_prima.twins.x_world.build import FIRST_DAY, XWorld, XWorldSale, build_x_world

__all__ = [
    "FIRST_DAY",
    "AnswerKey",
    "ExpectedDocument",
    "ExpectedSale",
    "ExpectedStock",
    "StockMove",
    "XWorld",
    "XWorldSale",
    "build_x_world",
]
