"""Everything about the X-Series API that is inferred, or that was chosen: one constant each.

What belongs here: a fact not seen in official documentation or recorded traffic, with what it means when it
proves wrong. What does not: facts that are known; those are in the code that uses them. The numbers in
brackets are the sections of docs/wire_notes_x_series.md.
"""

from __future__ import annotations

from datetime import timedelta

# [1] The dated version that is asked for. Supported for at least twelve months; after that an older or newer
# one is served without a word, which is why shapes are recognised by their keys.
API_VERSION = "2026-07"

# [2] The length of the window that X-RateLimit-Limit counts in is documented; how it moves is not. No request
# is believed to count for longer than this, which holds for fixed and for sliding windows.
WINDOW_SECONDS = 300
# [2] After a 429 that says nothing usable. Wrong = a few more of them.
UNTOLD_WAIT_SECONDS = 30

# [3] Nothing promises that a version is visible before the next higher one. One that is not visible this long
# after a higher one was read is missed until the object is touched again.
VISIBLE_WITHIN = timedelta(minutes=10)
# [3] Versions below that of every object updated during this time are believed to be visible. Only saves the
# second walk of an account from reading its whole history again.
SETTLED_AFTER = timedelta(days=1)

# [3] Page sizes to ask for. 1000 is served for sales and products on live accounts and documented nowhere;
# the smaller ones follow where a size is refused, or the server breaks on the work of a page.
PAGE_SIZES = (1000, 200, 50)
INVENTORY_SIZES = (5000, 1000, 200)

# [4] A page of at least this many sales of which not one reads is not bad luck with payloads.
PAGE_THAT_MUST_READ = 10
