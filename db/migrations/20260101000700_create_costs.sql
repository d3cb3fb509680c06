-- migrate:up
-- What each ad platform reports per store-local day. Platforms restate, so rows are replaced.
create table ad_spend (
  id            bigint generated always as identity primary key,
  store_id      bigint not null references stores on delete cascade,
  day           date not null,
  platform      text not null,
  account       text not null default '',
  campaign      text not null default '',
  product_id    bigint references products on delete restrict,
  amount_minor  bigint not null,
  claimed_minor bigint not null default 0,
  currency      text not null references currencies on delete restrict,
  created_at    timestamptz not null default now(),
  unique nulls not distinct (store_id, day, platform, account, campaign, product_id),
  constraint platform_is_known check (
    platform in ('meta', 'tiktok', 'google', 'snapchat', 'pinterest', 'microsoft', 'other')),
  constraint amount_not_negative check (amount_minor >= 0),
  constraint claimed_not_negative check (claimed_minor >= 0)
);

-- Recurring costs. Without a store a cost is shared by all stores.
create table fixed_costs (
  id           bigint generated always as identity primary key,
  name         text not null,
  category     text not null default '',
  store_id     bigint references stores on delete cascade,
  amount_minor bigint not null,
  currency     text not null references currencies on delete restrict,
  "interval"   text not null default 'month',
  starts_on    date not null,
  ends_on      date,
  created_at   timestamptz not null default now(),
  updated_at   timestamptz not null default now(),
  constraint interval_is_known check ("interval" in ('day', 'week', 'month', 'quarter', 'year')),
  constraint ends_after_start check (ends_on >= starts_on)
);

-- What a recurring cost of one period comes to on one day: equal days, the remainder of the division on the period's last day.
create function accrued_minor(amount_minor bigint, every text, on_day date) returns bigint
  language sql immutable parallel safe as $$
  select case when on_day = next_start - 1 then amount_minor - amount_minor / days * (days - 1) else amount_minor / days end
  from (select date_trunc(every, on_day::timestamp)::date as this_start,
               (date_trunc(every, on_day::timestamp)
                 + case every when 'quarter' then interval '3 months' else ('1 ' || every)::interval end)::date as next_start) period
  cross join lateral (select next_start - this_start as days) length
$$;

-- migrate:down
drop function accrued_minor;
drop table fixed_costs;
drop table ad_spend;
