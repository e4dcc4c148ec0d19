"""The ERP's side of the wire: requests, SOAP, what an answer proves, stock, and the ledger extract.

What does not belong here: the journal and the decision to send (posting), or anything of the tills.
"""
