-- The tables that Python writes. Everything in staging, core, recon and the planned part of posting is
-- built by the models in dbt_like_sql.
create schema raw;
create schema mapping;
create schema staging;
create schema core;
create schema posting;
create schema recon;
create schema ops;

create sequence raw.ingest_seq;

-- One row is a version of a sale ever seen. Append-only.
create table raw.lightspeed_sales (
    account varchar not null,
    series varchar not null,                 -- 'R' or 'X'
    sale_id varchar not null,
    version bigint not null,                 -- rises with every version of one sale
    source_updated_at timestamptz,           -- the source's own clock; null when unreadable
    payload json not null,                   -- as received
    payload_sha256 varchar not null,
    fetched_at timestamptz not null,
    run_id varchar not null,
    problem_path varchar,                    -- JSON path of the first field that does not parse, else null
    problem varchar,                         -- what is wrong there, in words
    ingest_seq bigint not null default nextval('raw.ingest_seq')
);

-- One row is a version of a reference object ever seen. Append-only.
-- entity: account, shop, item, item_matrix, tax_category, tax_class, payment_type, sale_void
create table raw.lightspeed_reference (
    account varchar not null,
    series varchar not null,
    entity varchar not null,
    entity_id varchar not null,
    payload json not null,
    payload_sha256 varchar not null,
    fetched_at timestamptz not null,
    run_id varchar not null,
    ingest_seq bigint not null default nextval('raw.ingest_seq')
);

-- One row is the place a feed of an account has been read to. Written in the transaction of its rows.
create table raw.watermarks (
    account varchar not null,
    feed varchar not null,                   -- 'sales', 'sale_voids', 'items', ...
    cursor varchar not null,
    updated_at timestamptz not null,
    run_id varchar not null,
    primary key (account, feed)
);

-- One row is an attempt to read all of an account's feeds to the present.
create table raw.walks (
    account varchar not null,
    series varchar not null,
    started_at timestamptz not null,         -- everything changed before this moment is in raw when outcome = 'ok'
    finished_at timestamptz not null,
    outcome varchar not null,                -- 'ok' or 'failed'
    requests integer not null,
    sales_seen integer not null,
    versions_added integer not null,
    error_code varchar,                      -- AUTH_FAILED, API_CHANGED, UNREACHABLE ...
    error_text varchar,
    run_id varchar not null
);

-- One row is an attempt to read Prima's ledger extract.
create table raw.prima_ledger_extracts (
    extract_id varchar not null primary key,
    source varchar not null,
    last_modified timestamptz,               -- Last-Modified header or the file's time
    fetched_at timestamptz not null,
    row_count integer not null,
    outcome varchar not null,                -- 'ok', 'missing' or 'unreadable'
    problem varchar,
    run_id varchar not null
);

-- One row is a row of the newest readable ledger extract: document, GL account, VAT code and depot.
create table raw.prima_ledger (
    extract_id varchar not null,
    posting_date date not null,
    document_type varchar not null,          -- 'sales_order' or 'credit_note'
    document_number varchar not null,
    external_reference varchar not null,
    gl_account varchar not null,
    vat_code varchar not null,
    depot varchar not null,
    net decimal(18,2) not null,              -- credit notes negative
    tax decimal(18,2) not null,
    gross decimal(18,2) not null,
    currency varchar not null
);

-- One row is a SKU of the newest accepted Prima stock catalogue (company-wide availability).
create table raw.prima_stock (
    product varchar not null,
    mtrx1 varchar not null,
    mtrx2 varchar not null,
    mtrx3 varchar not null,
    mtrx4 varchar not null,
    available_quantity bigint not null,
    available_date varchar not null,
    fetched_at timestamptz not null,
    run_id varchar not null
);

-- One row is an attempt to read the whole Prima catalogue.
create table raw.prima_stock_reads (
    fetched_at timestamptz not null,
    row_count integer not null,
    unit_count bigint not null,
    outcome varchar not null,                -- 'ok', 'refused' (shrunk too much) or 'failed'
    problem varchar,
    run_id varchar not null
);

-- One row is a stock figure of one Lightspeed item in one shop, newest read (ItemShop, without shopID 0).
create table raw.lightspeed_stock (
    account varchar not null,
    shop_id varchar not null,
    item_id varchar not null,
    on_hand bigint not null,
    fetched_at timestamptz not null,
    run_id varchar not null
);

-- Mapping rows of the files in the mappings directory, replaced as a whole. `line_no` is the line in the file.
create table mapping.shops (
    account varchar not null, shop_id varchar not null, shop_name varchar not null, depot varchar not null,
    prima_customer varchar not null, vat_inclusive boolean not null, posting_profile varchar not null,
    stock_source varchar not null, effective_from date not null, effective_to date not null, line_no integer not null
);
create table mapping.skus (
    account varchar not null, lightspeed_sku varchar not null, product varchar not null, mtrx1 varchar not null,
    mtrx2 varchar not null, mtrx3 varchar not null, mtrx4 varchar not null,
    effective_from date not null, effective_to date not null, line_no integer not null
);
create table mapping.non_stock (
    account varchar not null, match varchar not null, product varchar not null, mtrx1 varchar not null,
    mtrx2 varchar not null, mtrx3 varchar not null, mtrx4 varchar not null, gl_account varchar not null,
    vat_code varchar not null, effective_from date not null, effective_to date not null, line_no integer not null
);
create table mapping.taxes (
    account varchar not null, lightspeed_tax varchar not null, rate decimal(9,6) not null, vat_code varchar not null,
    effective_from date not null, effective_to date not null, line_no integer not null
);
create table mapping.customers (
    account varchar not null, lightspeed_customer_id varchar not null, prima_customer varchar not null,
    effective_from date not null, effective_to date not null, line_no integer not null
);
create table mapping.tenders (
    account varchar not null, payment_type_id varchar not null, pay_method varchar not null,
    sub_pay_method varchar not null, gl_account varchar not null, kind varchar not null,
    effective_from date not null, effective_to date not null, line_no integer not null
);

-- One row is a Lightspeed account of the configuration, rewritten at the start of every run.
create table ops.accounts (
    account varchar not null primary key,
    series varchar not null,
    order_prefix varchar not null,
    start_from date not null
);

-- One row is a shop-day that has been reported complete; what is first seen later is late. Append-only.
create table ops.completed_days (
    account varchar not null,
    shop_id varchar not null,
    business_date date not null,
    completed_at timestamptz not null,
    primary key (account, shop_id, business_date)
);

-- One row is a document that had left for Prima before this cycle was planned; rewritten before planning.
create table posting.sent_documents (
    document_number varchar not null,
    sale_key varchar not null,
    source_digest varchar not null,
    state varchar not null
);

-- One row is a document in the posting journal: a mirror, rewritten from the journal after each run.
create table posting.journal_documents (
    document_number varchar not null,
    document_type varchar not null,
    account varchar not null,
    sale_key varchar not null,
    original_document_number varchar not null,
    business_date date not null,
    depot varchar not null,
    prima_customer varchar not null,
    currency varchar not null,
    net decimal(18,2) not null,
    tax decimal(18,2) not null,
    gross decimal(18,2) not null,
    reason varchar not null,
    source_digest varchar not null,
    state varchar not null,                  -- planned, sending, uncertain, confirmed, rejected, exported
    payload_sha256 varchar not null,
    attempts integer not null,
    prima_reference varchar not null,
    error_code varchar not null,
    error_text varchar not null,
    alarm varchar not null,                  -- '' or DUPLICATE_IN_PRIMA: the number was in Prima and we never sent it
    planned_at timestamptz not null,
    posted_at timestamptz,                   -- first intent to send
    confirmed_at timestamptz,
    document json not null                   -- the document as it was sent: head, lines, payments
);

-- One row is a call made to Prima for a document: a mirror of the journal.
create table posting.attempts (
    document_number varchar not null,
    attempt integer not null,
    call varchar not null,                   -- 'send' or 'read_back'
    started_at timestamptz not null,
    finished_at timestamptz,
    outcome varchar not null,                -- '' while open; confirmed, rejected, unclear, not_sent, found, not_found
    error_code varchar not null,
    error_text varchar not null,
    request_sha256 varchar not null
);
