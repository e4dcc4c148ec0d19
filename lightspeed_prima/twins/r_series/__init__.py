"""The twin of Lightspeed Retail R-Series: API V3 as a real server, strict and unpleasant as documented.

The public face is here. What it sells comes from twins/world; the evidence is in docs/wire_notes.md.
"""

from lightspeed_prima.twins.r_series.app import create_r_series_app
from lightspeed_prima.twins.r_series.bucket import Allowance

__all__ = ["Allowance", "create_r_series_app"]
