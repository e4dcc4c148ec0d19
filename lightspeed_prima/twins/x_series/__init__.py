"""The twin of Lightspeed Retail X-Series: a real server, strict and unpleasant as documented.

The public face is here. What it sells comes from twins/x_world; the evidence is in docs/wire_notes.md.
"""

from lightspeed_prima.twins.x_series.app import create_x_series_app

__all__ = ["create_x_series_app"]
