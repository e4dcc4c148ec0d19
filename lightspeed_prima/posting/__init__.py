"""The journal and the engine that turns a planned document into proof that it is in Prima, once.

What does not belong here: what is planned (dbt_like_sql), how a request looks (prima), or Dagster (defs).
"""

from lightspeed_prima.posting.result import PostingProgress, PostingResult
from lightspeed_prima.posting.run import post_due, prima_address, refresh_mirror

__all__ = ["PostingProgress", "PostingResult", "post_due", "prima_address", "refresh_mirror"]
