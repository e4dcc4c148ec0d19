-- One row is an exception code: how bad it is, who works it, what to do.
-- Key: code. Source: this file; docs/interface.md lists the same codes.
{{ config(materialized='view') }}

select code, severity, owner, holds_sale, next_step
from (
    values
    ('SKU_UNMAPPED', 'error', 'merchandising', true, 'Add the SKU to skus.csv with its Prima product and matrix codes; the next cycle posts the sale.'),
    ('SKU_AMBIGUOUS', 'error', 'merchandising', true, 'Leave one row in skus.csv for the SKU and one SKU for the Prima variant.'),
    ('SHOP_UNMAPPED', 'error', 'integration', true, 'Add the shop to shops.csv with its depot and customer account.'),
    ('TAX_UNMAPPED', 'error', 'finance', true, 'Add the tax to taxes.csv with its rate and VAT code.'),
    ('TENDER_UNMAPPED', 'error', 'finance', true, 'Add the payment type to tenders.csv with its Prima pay method.'),
    ('NON_STOCK_UNMAPPED', 'error', 'finance', true, 'Add the charge to non_stock.csv with its service item, GL account and VAT code.'),
    ('CUSTOMER_CONFLICT', 'error', 'customer_service', true, 'Leave one Prima account per Lightspeed customer in customers.csv.'),
    ('TAX_MISMATCH', 'error', 'finance', true, 'Compare the tax of the sale with taxes.csv; correct the rate there or the sale in Lightspeed.'),
    ('OUT_OF_BALANCE', 'error', 'finance', true, 'Compare lines and tenders of the sale in Lightspeed and correct it there.'),
    ('REFUND_UNPOSTED', 'error', 'finance', true, 'Set prima.credit_notes to "soap" or "export", or enter the credit note in Prima by hand.'),
    ('REFUND_UNLINKED', 'error', 'retail_ops', true, 'Find the original receipt; or set posting.unlinked_returns to "post" to credit without a link.'),
    ('OVER_REFUND', 'error', 'retail_ops', true, 'More came back than was sold on that line: check both refunds with the shop.'),
    ('WAITING_FOR_ORIGINAL', 'warning', 'finance', true, 'Nothing here: solve the exception of the original sale and this refund follows by itself.'),
    ('REJECTED_BY_PRIMA', 'error', 'finance', true, 'Read the answer of Prima in the detail, correct the mapping or the master data; a changed document is sent again.'),
    ('UNCERTAIN_OUTCOME', 'warning', 'integration', true, 'Nothing yet: the document is read back from Prima before it is sent again.'),
    ('DUPLICATE_IN_PRIMA', 'error', 'finance', true, 'The number is in Prima and was not sent from here: compare that document with the sale before anything else.'),
    ('LEDGER_MISSING', 'error', 'finance', false, 'Prima confirmed the document but the ledger extract does not have it: look it up in Prima by its number.'),
    ('EDITED_AFTER_POST', 'error', 'finance', true, 'The sale was changed in Lightspeed after posting: compare it with the posted document and correct the difference.'),
    ('VOIDED_AFTER_POST', 'error', 'finance', true, 'The sale was voided in Lightspeed after posting: credit the posted document.'),
    ('PERIOD_CLOSED', 'error', 'finance', true, 'The trading day is closed: reopen it in posting.closed_until or book the sale in the open period.'),
    ('STOCK_DRIFT', 'warning', 'stock_control', false, 'Count the SKU and correct the figure that is wrong.'),
    ('STOCK_NEGATIVE', 'warning', 'stock_control', false, 'Count the SKU; a receipt or transfer is probably not booked.'),
    ('SHOP_SILENT', 'warning', 'retail_ops', false, 'No sale reached Lightspeed on a day the shop is usually open: check that its tills are online.'),
    ('AUTH_FAILED', 'error', 'integration', false, 'Authorise the Lightspeed account again and put the new refresh token in place.'),
    ('API_CHANGED', 'error', 'integration', false, 'Lightspeed answered in a shape that is not known: compare it with docs/wire_notes.md.'),
    ('BAD_PAYLOAD', 'error', 'integration', true, 'Look at the field named in the detail in raw.lightspeed_sales; correct the sale in Lightspeed or report it.')
) as codes (code, severity, owner, holds_sale, next_step)
