-- migrate:up
-- Figures of stores on days as the reports show them: with what people posted, with shares of fixed costs, in the store's currency and in
-- the reporting currency. They follow from other tables; a report takes a day from here unless it is unsettled, and works it out otherwise.
create table settled_days (
  store_id                     bigint not null references stores on delete cascade,
  day                          date not null,
  currency                     text not null,
  orders                       int not null,
  units_sold                   int not null,
  units_returned               int not null,
  gross_sales_minor            bigint not null,
  discounts_minor              bigint not null,
  returns_minor                bigint not null,
  shipping_income_minor        bigint not null,
  tips_minor                   bigint not null,
  cogs_minor                   bigint not null,
  written_off_goods_minor      bigint not null,
  shipping_cost_minor          bigint not null,
  transaction_fees_minor       bigint not null,
  ad_spend_minor               bigint not null,
  taxes_minor                  bigint not null,
  revenue_cogs_known_minor     bigint not null,
  revenue_shipping_known_minor bigint not null,
  revenue_fees_known_minor     bigint not null,
  fixed_costs_minor            bigint not null,
  primary key (store_id, day, currency)
);
create index settled_days_by_day on settled_days (day);
alter table settled_days enable row level security;
create policy seen on settled_days using ((select sees_all_stores()) or store_id = any ((select seen_stores())::bigint[]));

-- Days of which something changed since they were settled: rows are added with each change, so that writers never wait for each other.
create table unsettled_days (
  days daterange not null,
  constraint days_not_empty check (not isempty(days))
);
insert into unsettled_days (days) values (daterange(null, null));

-- The argument is for how many days after its own a row counts: a rate holds until the next one, ten days at most.
create function unsettle_days() returns trigger language plpgsql as $$
begin
  insert into unsettled_days (days) select distinct daterange(day, day + tg_argv[0]::int, '[]') from changed;
  return null;
end $$;
create function unsettle_cost_days() returns trigger language plpgsql as $$
begin
  insert into unsettled_days (days) select distinct daterange(starts_on, ends_on, '[]') from changed;
  return null;
end $$;
create function unsettle_all_days() returns trigger language plpgsql as $$
begin
  insert into unsettled_days (days) values (daterange(null, null));
  return null;
end $$;

do $$
declare
  source text[];
begin
  foreach source slice 1 in array array[
    ['daily_financials', 'unsettle_days(0)'], ['manual_days', 'unsettle_days(0)'], ['ad_spend', 'unsettle_days(0)'],
    ['fx_rates', 'unsettle_days(10)'], ['fixed_costs', 'unsettle_cost_days()']] loop
    execute format('create trigger unsettles_on_insert after insert on %I referencing new table as changed for each statement execute function %s',
                   source[1], source[2]);
    execute format('create trigger unsettles_on_update after update on %I referencing new table as changed for each statement execute function %s',
                   source[1], source[2]);
    execute format('create trigger unsettles_on_move after update on %I referencing old table as changed for each statement execute function %s',
                   source[1], source[2]);
    execute format('create trigger unsettles_on_delete after delete on %I referencing old table as changed for each statement execute function %s',
                   source[1], source[2]);
    execute format('create trigger unsettles_on_truncate after truncate on %I for each statement execute function unsettle_all_days()', source[1]);
  end loop;
end $$;
create trigger unsettles after insert or update of currency or delete or truncate on stores
  for each statement execute function unsettle_all_days();
create trigger unsettles after update of reporting_currency on workspace for each statement execute function unsettle_all_days();
create trigger unsettles after update on currencies for each statement execute function unsettle_all_days();

-- migrate:down
drop function unsettle_days cascade;
drop function unsettle_cost_days cascade;
drop function unsettle_all_days cascade;
drop table unsettled_days;
drop table settled_days;
