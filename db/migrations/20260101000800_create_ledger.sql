-- migrate:up
-- All money, signed and append-only, in the store's currency. An account holds its figure with its natural sign: a discount given
-- is a positive amount on discounts. The P&L is a sum by account. A correction is a new entry.
create table ledger_entries (
  id             bigint generated always as identity primary key,
  store_id       bigint not null,
  business_day   date not null,
  order_day      date,
  account        text not null,
  order_id       bigint,
  line_id        bigint,
  ad_spend_id    bigint references ad_spend on delete restrict,
  product_id     bigint,
  quantity       int not null default 0,
  amount_minor   bigint not null,
  currency       text not null,
  basis          text not null,
  cogs_known     boolean,
  shipping_known boolean,
  fees_known     boolean,
  source         text not null,
  reason         text not null default 'booked',
  booked_at      timestamptz not null default now(),
  constraint account_is_known check (
    account in ('orders', 'gross_sales', 'discounts', 'returns', 'shipping_income', 'tips', 'cogs', 'written_off_goods',
                'shipping_cost', 'transaction_fees', 'ad_spend', 'taxes', 'gift_cards')),
  constraint basis_is_known check (basis in ('actual', 'rule', 'estimate')),
  constraint says_something check (quantity <> 0 or amount_minor <> 0)
);
-- Stores, products, orders and the currency are checked per statement by the triggers below and by the key of daily_financials: a
-- foreign key checks row by row and took 40 % of the time of a large booking.
create index ledger_entries_by_order on ledger_entries (order_id) where order_id is not null;
create index ledger_entries_by_ad_spend on ledger_entries (ad_spend_id) where ad_spend_id is not null;
create index ledger_entries_by_day on ledger_entries (store_id, business_day);
comment on column ledger_entries.order_day is 'Business day of the order that the entry belongs to: the cohort view.';
comment on column ledger_entries.line_id is 'The order line; without a foreign key, because an entry outlives a line that was edited away.';
comment on column ledger_entries.cogs_known is 'On entries of revenue: the cost of goods behind it is actual or rule, not an estimate. Likewise shipping and fees.';

create function refuse_change() returns trigger language plpgsql as $$
begin
  raise exception '% is append-only: book a correction instead', tg_table_name using errcode = 'DD409';
end $$;
create trigger ledger_is_append_only before update or delete or truncate on ledger_entries
  for each statement execute function refuse_change();

-- The rollups. Kept by a trigger, so that no writer can forget them: same statement, same transaction.
create table daily_financials (
  id                             bigint generated always as identity unique,
  store_id                       bigint not null references stores on delete restrict,
  day                            date not null,
  orders                         int not null default 0,
  units_sold                     int not null default 0,
  units_returned                 int not null default 0,
  gross_sales_minor              bigint not null default 0,
  discounts_minor                bigint not null default 0,
  returns_minor                  bigint not null default 0,
  shipping_income_minor          bigint not null default 0,
  tips_minor                     bigint not null default 0,
  cogs_minor                     bigint not null default 0,
  written_off_goods_minor        bigint not null default 0,
  shipping_cost_minor            bigint not null default 0,
  transaction_fees_minor         bigint not null default 0,
  ad_spend_minor                 bigint not null default 0,
  taxes_minor                    bigint not null default 0,
  gift_cards_minor               bigint not null default 0,
  revenue_cogs_known_minor       bigint not null default 0,
  revenue_shipping_known_minor   bigint not null default 0,
  revenue_fees_known_minor       bigint not null default 0,
  revenue_minor                  bigint not null generated always as (
    gross_sales_minor - discounts_minor - returns_minor + shipping_income_minor + tips_minor) stored,
  created_at                     timestamptz not null default now(),
  updated_at                     timestamptz not null default now(),
  primary key (store_id, day)
);
create index daily_financials_newest_first on daily_financials (day desc, store_id);

-- Written by the rollup alone, from entries whose store and products are checked.
create table product_performance (
  id                  bigint generated always as identity unique,
  store_id            bigint not null,
  day                 date not null,
  product_id          bigint not null,
  units_sold          int not null default 0,
  units_returned      int not null default 0,
  gross_sales_minor   bigint not null default 0,
  discounts_minor     bigint not null default 0,
  returns_minor       bigint not null default 0,
  cogs_minor          bigint not null default 0,
  ad_spend_minor      bigint not null default 0,
  revenue_minor       bigint not null generated always as (gross_sales_minor - discounts_minor - returns_minor) stored,
  created_at          timestamptz not null default now(),
  updated_at          timestamptz not null default now(),
  primary key (store_id, day, product_id)
);

-- What a set of entries adds to each figure. The rollup trigger and the check that recomputes the rollups from scratch both read it.
create function signed_revenue(account text, amount_minor bigint) returns bigint
  language sql immutable parallel safe
  return case when account in ('gross_sales', 'shipping_income', 'tips') then amount_minor
              when account in ('discounts', 'returns') then -amount_minor
              else 0 end;

create function roll_up_entries() returns trigger language plpgsql as $$
begin
  if exists (
    select 1 from (select distinct store_id, currency from fresh) f
    where not exists (select 1 from stores s where s.id = f.store_id and s.currency = f.currency)) then
    raise exception 'a ledger entry is in another currency than its store' using errcode = '23503';
  end if;
  if exists (
    select 1 from (select distinct order_id, store_id from fresh where order_id is not null) f
    where not exists (select 1 from orders o where o.id = f.order_id and o.store_id = f.store_id)) then
    raise exception 'a ledger entry names an order that its store does not have' using errcode = '23503';
  end if;

  insert into daily_financials as d (
    store_id, day, orders, units_sold, units_returned, gross_sales_minor, discounts_minor, returns_minor, shipping_income_minor,
    tips_minor, cogs_minor, written_off_goods_minor, shipping_cost_minor, transaction_fees_minor, ad_spend_minor, taxes_minor,
    gift_cards_minor, revenue_cogs_known_minor, revenue_shipping_known_minor, revenue_fees_known_minor)
  select store_id, business_day,
         coalesce(sum(quantity) filter (where account = 'orders'), 0),
         coalesce(sum(quantity) filter (where account = 'gross_sales'), 0),
         coalesce(sum(quantity) filter (where account = 'returns'), 0),
         coalesce(sum(amount_minor) filter (where account = 'gross_sales'), 0),
         coalesce(sum(amount_minor) filter (where account = 'discounts'), 0),
         coalesce(sum(amount_minor) filter (where account = 'returns'), 0),
         coalesce(sum(amount_minor) filter (where account = 'shipping_income'), 0),
         coalesce(sum(amount_minor) filter (where account = 'tips'), 0),
         coalesce(sum(amount_minor) filter (where account = 'cogs'), 0),
         coalesce(sum(amount_minor) filter (where account = 'written_off_goods'), 0),
         coalesce(sum(amount_minor) filter (where account = 'shipping_cost'), 0),
         coalesce(sum(amount_minor) filter (where account = 'transaction_fees'), 0),
         coalesce(sum(amount_minor) filter (where account = 'ad_spend'), 0),
         coalesce(sum(amount_minor) filter (where account = 'taxes'), 0),
         coalesce(sum(amount_minor) filter (where account = 'gift_cards'), 0),
         coalesce(sum(signed_revenue(account, amount_minor)) filter (where cogs_known), 0),
         coalesce(sum(signed_revenue(account, amount_minor)) filter (where shipping_known), 0),
         coalesce(sum(signed_revenue(account, amount_minor)) filter (where fees_known), 0)
  from fresh
  group by store_id, business_day
  order by store_id, business_day -- one lock order for all writers
  on conflict (store_id, day) do update set
    orders                       = d.orders + excluded.orders,
    units_sold                   = d.units_sold + excluded.units_sold,
    units_returned               = d.units_returned + excluded.units_returned,
    gross_sales_minor            = d.gross_sales_minor + excluded.gross_sales_minor,
    discounts_minor              = d.discounts_minor + excluded.discounts_minor,
    returns_minor                = d.returns_minor + excluded.returns_minor,
    shipping_income_minor        = d.shipping_income_minor + excluded.shipping_income_minor,
    tips_minor                   = d.tips_minor + excluded.tips_minor,
    cogs_minor                   = d.cogs_minor + excluded.cogs_minor,
    written_off_goods_minor      = d.written_off_goods_minor + excluded.written_off_goods_minor,
    shipping_cost_minor          = d.shipping_cost_minor + excluded.shipping_cost_minor,
    transaction_fees_minor       = d.transaction_fees_minor + excluded.transaction_fees_minor,
    ad_spend_minor               = d.ad_spend_minor + excluded.ad_spend_minor,
    taxes_minor                  = d.taxes_minor + excluded.taxes_minor,
    gift_cards_minor             = d.gift_cards_minor + excluded.gift_cards_minor,
    revenue_cogs_known_minor     = d.revenue_cogs_known_minor + excluded.revenue_cogs_known_minor,
    revenue_shipping_known_minor = d.revenue_shipping_known_minor + excluded.revenue_shipping_known_minor,
    revenue_fees_known_minor     = d.revenue_fees_known_minor + excluded.revenue_fees_known_minor,
    updated_at                   = now();

  insert into product_performance as p (
    store_id, day, product_id, units_sold, units_returned, gross_sales_minor, discounts_minor, returns_minor, cogs_minor, ad_spend_minor)
  select store_id, business_day, product_id,
         coalesce(sum(quantity) filter (where account = 'gross_sales'), 0),
         coalesce(sum(quantity) filter (where account = 'returns'), 0),
         coalesce(sum(amount_minor) filter (where account = 'gross_sales'), 0),
         coalesce(sum(amount_minor) filter (where account = 'discounts'), 0),
         coalesce(sum(amount_minor) filter (where account = 'returns'), 0),
         coalesce(sum(amount_minor) filter (where account = 'cogs'), 0),
         coalesce(sum(amount_minor) filter (where account = 'ad_spend'), 0)
  from fresh
  where product_id is not null
  group by store_id, business_day, product_id
  order by store_id, business_day, product_id
  on conflict (store_id, day, product_id) do update set
    units_sold        = p.units_sold + excluded.units_sold,
    units_returned    = p.units_returned + excluded.units_returned,
    gross_sales_minor = p.gross_sales_minor + excluded.gross_sales_minor,
    discounts_minor   = p.discounts_minor + excluded.discounts_minor,
    returns_minor     = p.returns_minor + excluded.returns_minor,
    cogs_minor        = p.cogs_minor + excluded.cogs_minor,
    ad_spend_minor    = p.ad_spend_minor + excluded.ad_spend_minor,
    updated_at        = now();
  return null;
end $$;
create trigger ledger_rolls_up after insert on ledger_entries
  referencing new table as fresh
  for each statement execute function roll_up_entries();
create trigger ledger_has_products after insert on ledger_entries
  referencing new table as fresh
  for each statement execute function products_exist();

create function keep_used_product() returns trigger language plpgsql security definer set search_path = public as $$
begin
  if exists (select 1 from order_lines where product_id = old.id) or exists (select 1 from product_performance where product_id = old.id) then
    raise exception 'Product "%" has orders or booked costs and stays: archive it instead.', old.name using errcode = 'DD409';
  end if;
  return old;
end $$;
create trigger used_products_stay before delete on products for each row execute function keep_used_product();

create function keep_booked_order() returns trigger language plpgsql as $$
begin
  if exists (select 1 from ledger_entries where order_id = old.id) then
    raise exception 'Order % is booked and stays: void it instead.', old.external_id using errcode = 'DD409';
  end if;
  return old;
end $$;
create trigger booked_orders_stay before delete on orders for each row execute function keep_booked_order();

-- migrate:down
drop trigger booked_orders_stay on orders;
drop function keep_booked_order;
drop trigger used_products_stay on products;
drop function keep_used_product;
drop trigger ledger_has_products on ledger_entries;
drop trigger ledger_rolls_up on ledger_entries;
drop function roll_up_entries;
drop function signed_revenue;
drop table product_performance;
drop table daily_financials;
drop trigger ledger_is_append_only on ledger_entries;
drop table ledger_entries;
drop function refuse_change;
