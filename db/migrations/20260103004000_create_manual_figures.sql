-- migrate:up
-- Figures of a day that a person posted: they stand in place of the ledger's in every report. A figure that was left out (null) stays the
-- ledger's, and ad spend counts only where the day has no row in ad_spend. Beside it there is always the day's row of the rollup, with
-- zeros where nothing is booked, whose id is that of the day.
create table manual_days (
  store_id               bigint not null,
  day                    date not null,
  revenue_minor          bigint,
  cogs_minor             bigint,
  shipping_cost_minor    bigint,
  ad_spend_minor         bigint,
  transaction_fees_minor bigint,
  created_at             timestamptz not null default now(),
  updated_at             timestamptz not null default now(),
  primary key (store_id, day),
  foreign key (store_id, day) references daily_financials (store_id, day) on delete restrict,
  constraint says_something check (
    num_nonnulls(revenue_minor, cogs_minor, shipping_cost_minor, ad_spend_minor, transaction_fees_minor) > 0)
);
alter table manual_days enable row level security;
create policy seen on manual_days using ((select sees_all_stores()) or store_id = any ((select seen_stores())::bigint[]));

-- Likewise for a product on a day; these are shown for the product and are not part of the day's figures.
create table manual_product_days (
  store_id       bigint not null,
  day            date not null,
  product_id     bigint not null references products on delete restrict,
  revenue_minor  bigint,
  units_sold     int,
  cogs_minor     bigint,
  ad_spend_minor bigint,
  created_at     timestamptz not null default now(),
  updated_at     timestamptz not null default now(),
  primary key (store_id, day, product_id),
  foreign key (store_id, day, product_id) references product_performance (store_id, day, product_id) on delete restrict,
  constraint says_something check (num_nonnulls(revenue_minor, units_sold, cogs_minor, ad_spend_minor) > 0)
);
create index manual_product_days_by_product on manual_product_days (product_id);
alter table manual_product_days enable row level security;
create policy seen on manual_product_days using ((select sees_all_stores()) or store_id = any ((select seen_stores())::bigint[]));

-- How a cost of all stores is shared: as before, by the revenue that the reports show.
create or replace function revenue_shares(days date[]) returns table (store_id bigint, day date, weight numeric, total numeric, up_to numeric)
  language sql stable security definer set search_path = public as $$
  with earned as (
    select s.id as store_id, d.day,
           case when coalesce(m.revenue_minor, f.revenue_minor, 0) <= 0 then 0
                when s.currency = 'EUR' then coalesce(m.revenue_minor, f.revenue_minor)::numeric
                else coalesce(m.revenue_minor, f.revenue_minor) * 10::numeric ^ (2 - c.minor_digits)
                     / coalesce(units_per_euro(s.currency, d.day), missing_fx_rate(d.day, s.currency, 'EUR')) end as euros
    from unnest(days) d (day)
    cross join stores s
    join currencies c on c.code = s.currency
    left join daily_financials f on f.store_id = s.id and f.day = d.day
    left join manual_days m on m.store_id = s.id and m.day = d.day
  ),
  weighed as (
    select store_id, day, case when sum(euros) over (partition by day) = 0 then 1 else euros end as weight
    from earned
  )
  select store_id, day, weight, sum(weight) over (partition by day), sum(weight) over (partition by day order by store_id)
  from weighed
$$;

-- migrate:down
create or replace function revenue_shares(days date[]) returns table (store_id bigint, day date, weight numeric, total numeric, up_to numeric)
  language sql stable security definer set search_path = public as $$
  with earned as (
    select s.id as store_id, d.day,
           case when coalesce(f.revenue_minor, 0) <= 0 then 0
                when s.currency = 'EUR' then f.revenue_minor::numeric
                else f.revenue_minor * 10::numeric ^ (2 - c.minor_digits)
                     / coalesce(units_per_euro(s.currency, d.day), missing_fx_rate(d.day, s.currency, 'EUR')) end as euros
    from unnest(days) d (day)
    cross join stores s
    join currencies c on c.code = s.currency
    left join daily_financials f on f.store_id = s.id and f.day = d.day
  ),
  weighed as (
    select store_id, day, case when sum(euros) over (partition by day) = 0 then 1 else euros end as weight
    from earned
  )
  select store_id, day, weight, sum(weight) over (partition by day), sum(weight) over (partition by day order by store_id)
  from weighed
$$;
drop table manual_product_days;
drop table manual_days;
