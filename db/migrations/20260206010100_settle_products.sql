-- migrate:up
-- What products did over spans of days, years, months and fifths of months, in the store's currency and in the reporting currency: sums of
-- product_performance, each day converted at its rate, and of returned_units. A report takes a span from here unless one of its days is
-- unsettled. Written by the settling job alone, from rows whose stores and products are checked.
create table product_spans (
  first_day         date not null,
  last_day          date not null,
  store_id          bigint not null,
  currency          text not null,
  product_id        bigint,
  units_sold        int not null,
  units_returned    int not null,
  units_came_back   int not null,
  gross_sales_minor bigint not null,
  discounts_minor   bigint not null,
  returns_minor     bigint not null,
  cogs_minor        bigint not null,
  ad_spend_minor    bigint not null,
  unique nulls not distinct (first_day, last_day, store_id, currency, product_id)
);
comment on column product_spans.product_id is 'Null: units of no product that came back.';
alter table product_spans enable row level security;
create policy seen on product_spans using ((select sees_all_stores()) or store_id = any ((select seen_stores())::bigint[]));

-- The span of a length that a day is in: its year, its month, or its part of the month, five days long but for the last one.
create function span_of(day date, length text) returns daterange
  language sql immutable parallel safe
  return case length
    when 'year' then daterange(make_date(extract(year from day)::int, 1, 1), make_date(extract(year from day)::int + 1, 1, 1))
    when 'month' then daterange(day - extract(day from day)::int + 1, ((day - extract(day from day)::int + 1) + interval '1 month')::date)
    when 'part' then
      case when extract(day from day) > 25
           then daterange(day - extract(day from day)::int + 26, ((day - extract(day from day)::int + 1) + interval '1 month')::date)
           else daterange(day - (extract(day from day)::int - 1) % 5, day - (extract(day from day)::int - 1) % 5 + 5) end end;

-- Days of which products did something else since their spans were settled, of a store or of all (null): rows are added with each change,
-- so that writers never wait for each other. Days that are not over stay here, and days that lack a rate, until the next one is known.
create table unsettled_product_days (
  store_id   bigint,
  days       daterange not null,
  lacks_rate boolean not null default false,
  constraint days_not_empty check (not isempty(days))
);
insert into unsettled_product_days (days) values (daterange(null, null));

create function unsettle_product_days() returns trigger language plpgsql as $$
begin
  insert into unsettled_product_days (store_id, days) select distinct store_id, daterange(day, day, '[]') from changed;
  return null;
end $$;
create function unsettle_order_days() returns trigger language plpgsql as $$
begin
  insert into unsettled_product_days (store_id, days) select distinct store_id, daterange(order_day, order_day, '[]') from changed;
  return null;
end $$;
-- A rate holds until the next one, ten days at most.
create function unsettle_rate_days() returns trigger language plpgsql as $$
begin
  insert into unsettled_product_days (days) select distinct daterange(day, day + 10, '[]') from changed;
  return null;
end $$;
create function unsettle_all_product_days() returns trigger language plpgsql as $$
begin
  insert into unsettled_product_days (days) values (daterange(null, null));
  return null;
end $$;

-- The rollups add to their rows and never move them to another day.
do $$
declare
  source text[];
begin
  foreach source slice 1 in array array[
    ['product_performance', 'unsettle_product_days()'], ['returned_units', 'unsettle_order_days()'], ['fx_rates', 'unsettle_rate_days()']] loop
    execute format('create trigger unsettles_products_on_insert after insert on %I referencing new table as changed for each statement execute function %s',
                   source[1], source[2]);
    execute format('create trigger unsettles_products_on_update after update on %I referencing new table as changed for each statement execute function %s',
                   source[1], source[2]);
    execute format('create trigger unsettles_products_on_delete after delete on %I referencing old table as changed for each statement execute function %s',
                   source[1], source[2]);
    execute format('create trigger unsettles_products_on_truncate after truncate on %I for each statement execute function unsettle_all_product_days()',
                   source[1]);
  end loop;
end $$;
create trigger unsettles_products_on_move after update on fx_rates
  referencing old table as changed for each statement execute function unsettle_rate_days();
create trigger unsettles_products after update of currency or truncate on stores
  for each statement execute function unsettle_all_product_days();
create trigger unsettles_products after update of reporting_currency on workspace
  for each statement execute function unsettle_all_product_days();
create trigger unsettles_products after update on currencies for each statement execute function unsettle_all_product_days();

-- migrate:down
drop function unsettle_product_days cascade;
drop function unsettle_order_days cascade;
drop function unsettle_rate_days cascade;
drop function unsettle_all_product_days cascade;
drop table unsettled_product_days;
drop function span_of;
drop table product_spans;
