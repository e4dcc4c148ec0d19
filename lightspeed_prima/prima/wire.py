"""Every guess about Prima's wire in one place: what docs/wire_notes_prima.md grades INFERRED or UNKNOWN.

What does not belong here: facts that were seen on the wire; those stand where they are used. The form of a
credit note is the one other guess and has its own module (credit_note).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

# The logged requests declare no encoding; an integration platform declares this one.
DECLARATION = '<?xml version="1.0" encoding="ISO-8859-1"?>'
ENCODING = "iso-8859-1"

# The longest number seen is 8 digits, the limit is unknown; a longer one than this is never sent.
LONGEST_NUMBER = 20

# Seen: eight random digits. Ours are derived from the number, so that a document's bytes never change.
UNIQUE_ID_DIGITS = 8

# Blank was accepted and means the base currency and the day of entry; other values were never seen.
SEND_CURRENCY = False
SEND_ORDER_DATE = False
ORDER_DATE_FORMAT = "%d/%m/%Y"

# A delivery row is sent even without a delivery; the blank code is untested.
BLANK_CHARGE_VALUE = "0.00"

# Seen with every tender of a web shop that had no payment provider.
PAY_PROVIDER = "NONE"

# An error at the root of an OrderStatus answer means "no such order" (seen), its text is unknown. A text that
# ends in an OpenEdge runtime number is a failure of the server instead, except 138, "record not on file".
RUNTIME_ERROR = re.compile(r"\((?!138\))\d{2,6}\)\s*$")

# Error codes that fail every document alike: the channel is stopped instead of failing them one by one.
CONFIGURATION_CODES = frozenset({"E:548"})
DUPLICATE_CODE = "E:21"
# Codes that only follow from another one; reported when they stand alone.
FOLLOW_ON_CODES = frozenset({"E:194"})
# The one error at the root that is final: the parser refused the bytes, and will again.
MALFORMED_REQUEST = re.compile(r"\(14586\)")
MALFORMED_CODE = "14586"

# The whole catalogue takes this many times the usual timeout.
CATALOGUE_TIMEOUT_FACTOR = 5


@dataclass(frozen=True, slots=True)
class WireOverrides:
    """What a site may have to say against its own WSDL; None = the WSDL decides."""

    operation_namespace: str | None = None
    in_part: str | None = None
    company_part: str | None = None
    use: Literal["literal", "encoded"] | None = None
    soap_action: str | None = None
