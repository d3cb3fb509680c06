-- migrate:up
-- Orders that a connector brings in are known by the number that the shop gave them, whatever they are called.
alter table orders
  add column source_id text,
  add column source_updated_at timestamptz;
create unique index orders_by_source on orders (store_id, source_id) where source_id is not null;
comment on column orders.source_id is 'Number of the order in the shop that it comes from; null: from a file or by hand.';
comment on column orders.source_updated_at is 'When the shop changed it last; what it said before that is not taken any more.';

-- A line that was added later is sold on the day of the edit.
alter table order_lines
  add column source_id text,
  add column sold_on date;
create unique index order_lines_by_source on order_lines (order_id, source_id) where source_id is not null;
comment on column order_lines.sold_on is 'Business day of the edit that added the line; null: the order''s own.';

-- What happened to an order on a day of its own and is neither a line nor a refund: shipping added by an edit, a refund without goods,
-- the fee of a payment, a chargeback. Ex tax, in the currency of the order, with the sign of its account.
create table order_amounts (
  order_id     bigint not null references orders on delete cascade,
  key          text not null,
  account      text not null,
  happened_at  timestamptz not null,
  business_day date not null,
  amount_minor bigint not null,
  moved        boolean not null default false,
  primary key (order_id, key, account),
  constraint account_is_known check (
    account in ('gross_sales', 'discounts', 'returns', 'shipping_income', 'tips', 'transaction_fees', 'gift_cards', 'taxes')),
  constraint only_fees_move check (not moved or account = 'transaction_fees')
);
comment on column order_amounts.moved is 'Part of the fee that stands with the order: it is booked on this day instead of the order''s.';
alter table order_amounts enable row level security;
create policy seen on order_amounts using ((select sees_all_stores()) or exists (select 1 from orders o where o.id = order_id));

-- migrate:down
drop table order_amounts;
drop index order_lines_by_source;
alter table order_lines drop column sold_on, drop column source_id;
drop index orders_by_source;
alter table orders drop column source_updated_at, drop column source_id;
