-- migrate:up
-- Our books beside what a shop says itself, for each day: the latest state. A day whose differences are gone says since when it matches.
create table reconciled_days (
  id            bigint generated always as identity unique,
  store_id      bigint not null references stores on delete cascade,
  day           date not null,
  source        text not null,
  checked_at    timestamptz not null,
  differs_since timestamptz,
  matched_at    timestamptz,
  primary key (store_id, day),
  constraint source_is_known check (source in ('report', 'orders')),
  constraint differed_or_matched check (differs_since is not null or matched_at is not null)
);
create index reconciled_days_newest_first on reconciled_days (day desc, store_id);
create index reconciled_days_differing on reconciled_days (store_id) where differs_since is not null;
comment on column reconciled_days.source is 'What our books were held against: the sales report of the shop, or the sales agreements of its orders.';
comment on column reconciled_days.differs_since is 'When a difference was first seen that has lasted since; null: the day matches to the cent.';
comment on column reconciled_days.matched_at is 'When the day last matched.';

-- Amounts are minor units of the store's currency; orders are a count.
create table reconciled_figures (
  store_id   bigint not null,
  day        date not null,
  measure    text not null,
  ours       bigint not null,
  theirs     bigint not null,
  by_rule    bigint not null default 0,
  difference bigint not null generated always as (ours - theirs - by_rule) stored,
  primary key (store_id, day, measure),
  foreign key (store_id, day) references reconciled_days on delete cascade,
  constraint measure_is_known check (measure in ('gross_sales', 'discounts', 'returns', 'net_sales', 'shipping', 'tax', 'orders'))
);
comment on column reconciled_figures.by_rule is 'What our definitions make of orders that the shop counts otherwise, such as voided ones: no difference to look into.';

-- Which orders make the difference of a day, each with its cause: ours less theirs.
create table order_differences (
  store_id          bigint not null,
  day               date not null,
  key               text not null,
  order_id          bigint references orders on delete cascade,
  name              text not null,
  cause             text not null,
  words             text not null,
  by_rule           boolean not null,
  gross_sales_minor bigint not null,
  discounts_minor   bigint not null,
  returns_minor     bigint not null,
  net_sales_minor   bigint not null,
  shipping_minor    bigint not null,
  tax_minor         bigint not null,
  orders            int not null,
  found_at          timestamptz not null,
  reread_at         timestamptz,
  primary key (store_id, day, key),
  foreign key (store_id, day) references reconciled_days on delete cascade,
  constraint cause_is_known check (cause in (
    'on_its_way', 'order_missing', 'order_gone', 'not_of_the_shop', 'test_counted', 'void_counted', 'wrongly_left_out', 'wrong_day',
    'refund_missing', 'refund_twice', 'refund_unknown', 'refund_differs', 'cancellation_missing', 'edit_missing', 'edit_unknown',
    'line_missing', 'line_unknown', 'quantity', 'price', 'rounding', 'discount', 'shipping', 'tax', 'other_currency', 'not_booked',
    'total_of_day', 'report_differs', 'not_examined', 'voided', 'test_order', 'nothing_sold', 'counted_elsewhere')),
  constraint rules_are_known check (by_rule = (cause in ('voided', 'test_order', 'nothing_sold', 'counted_elsewhere')))
);
create index order_differences_by_order on order_differences (order_id) where order_id is not null;
comment on column order_differences.key is 'Number of the order in the shop; of an order that the shop does not have, ours; empty: the day as a whole.';
comment on column order_differences.reread_at is 'When the order was last told to be read again in the shop.';

alter table reconciled_days enable row level security;
create policy seen on reconciled_days using ((select sees_all_stores()) or store_id = any ((select seen_stores())::bigint[]));
alter table reconciled_figures enable row level security;
create policy seen on reconciled_figures using ((select sees_all_stores()) or store_id = any ((select seen_stores())::bigint[]));
alter table order_differences enable row level security;
create policy seen on order_differences using ((select sees_all_stores()) or store_id = any ((select seen_stores())::bigint[]));

-- Shops that are connected already are compared from now on.
insert into sync_state (connector, store_id, account, resource, every_minutes, next_run_at)
select 'shopify', store_id, '', 'reconciliation', 60, now() from shopify_shops;

-- migrate:down
delete from sync_state where connector = 'shopify' and resource = 'reconciliation';
drop table order_differences;
drop table reconciled_figures;
drop table reconciled_days;
