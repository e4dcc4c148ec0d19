"""Lightspeed Retail X-Series: its cursors, shapes and window (docs/wire_notes_x_series.md).

What does not belong here: tokens, retries, and tables; those are the same for every series.
"""
