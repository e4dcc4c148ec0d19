"""Lightspeed Retail R-Series, API V3: its paging, its feeds, its habits (docs/wire_notes_r_series.md).

What does not belong here: tokens, pacing, retries, and tables; those are the same for every series.
"""
