"""The tills: Lightspeed accounts read into the raw tables, one reader per series.

What belongs here: everything that talks to a Lightspeed API and what lands its answers. What does not:
Dagster, Prima, and any reading of what a sale means; that is done in SQL.
"""
