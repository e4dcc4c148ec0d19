"""Everything about the R-Series API that is inferred, or on which the sources disagree: one constant each.

What belongs here: a fact not seen in official documentation or recorded traffic, with what it means when it
proves wrong. What does not: facts that are known; those are in the code that uses them. The numbers in
brackets are the sections of docs/wire_notes_r_series.md.
"""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

# [2] Body and exact waits of a 429 without Retry-After were never recorded. Wrong = a few more 429s.
BURST_WAIT_SECONDS = 1
BUCKET_WAIT_SECONDS = 30
# [2] What to believe about the drip rate and a request's cost before a header has told.
DRIP_PER_SECOND = Decimal(1)
REQUEST_COST = Decimal(1)

# [3] The sources disagree on the name of the update clock in filters and sorting (payloads say updateTime):
# (filter, sort), the next pair is tried when one is refused with HTTP 400.
UPDATE_TIME_SPELLINGS = (
    ("updateTime", "updateTime"),
    ("updateTime", "updatetime"),
    ("updatetime", "updatetime"),
)

# [4] A sale may become visible a little after its updateTime says. Each walk re-reads this much; what has not
# changed is not stored again. Wrong (too short) = a sale missed until it is touched again.
READ_AGAIN = timedelta(minutes=10)

# [4] A sale completed on the first trading day was updated after that day began in its shop's time zone,
# which is at most 14 hours ahead of UTC; the rest is for tills whose clock is wrong.
FIRST_WALK_MARGIN = timedelta(days=2)

# [5] Voids are found by their rising id. This many ids below the last one are looked at again, in case a
# lower id becomes visible after a higher one.
VOID_IDS_READ_AGAIN = 50

# [3] archived=true is documented for lists in general and sampled for Item. Sent for these entities, so that
# old sales find their master data. A server that refuses it on one of them is asked without.
WITH_ARCHIVED = frozenset({"Item", "ItemMatrix", "PaymentType", "Shop"})

# [6] Filtering SaleLine by a list of its own ids follows from the general operators; seen live is only
# GET SaleLine/{id}. One request for up to 100 lines instead of one each.
LINE_ID_FILTER = "saleLineID"

# [1] The currency of an account is documented on its detail, whose address is not sampled. When it is
# refused, the row of Account.json is kept instead, which has no currency.
ACCOUNT_DETAIL = "/API/V3/Account/{account_id}.json"

# [3] Page sizes to fall back to when the server breaks (500, 502, 504, read timeout) on the work of a page.
PAGE_SIZES = (100, 50, 20, 5)
