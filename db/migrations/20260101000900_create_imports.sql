-- migrate:up
-- One run of one file. The rows of a run are staged here and booked from here, in one transaction.
create table imports (
  id             bigint generated always as identity primary key,
  kind           text not null,
  file_name      text not null,
  store_id       bigint references stores on delete cascade,
  rows_read      int not null default 0,
  rows_rejected  int not null default 0,
  orders_created int not null default 0,
  orders_changed int not null default 0,
  created_at     timestamptz not null default now(),
  constraint kind_is_known check (kind in ('orders'))
);

-- Unlogged: a run that dies leaves nothing, and nothing here outlives its run.
create unlogged table staged_order_lines (
  import_id    bigint not null,
  file_line    int not null,
  order_ref    text not null,
  kind         text not null,
  account      text not null,
  sku          text not null,
  title        text not null,
  quantity     int not null,
  unit_price   numeric not null,
  placed_at    text not null,
  customer     text not null,
  country      text not null,
  content_hash bigint not null
);
comment on column staged_order_lines.content_hash is 'Of all that is booked from the line. Their sum tells whether an order changed, in whatever order its lines come.';
create index staged_order_lines_by_import on staged_order_lines (import_id);

-- migrate:down
drop table staged_order_lines;
drop table imports;
