"""Prima's twin: the web service, the books and the ledger extract of a small ERP, strict on input.

Shares nothing with the client in lightspeed_prima/prima: a shared bug would hide itself.
"""

from lightspeed_prima.twins.prima.app import create_prima_app
from lightspeed_prima.twins.prima.options import PrimaOptions

__all__ = ["PrimaOptions", "create_prima_app"]
