-- migrate:up
-- A day may have a rate of the ECB and one that a person set, which wins and leaves the ECB's in place.
alter table fx_rates
  add column id bigint generated always as identity,
  drop constraint fx_rates_pkey,
  add primary key (currency, day, source);
create unique index fx_rates_newest on fx_rates (day, id);

-- Units of the currency for one euro on a day: that day's rate, else the last one of the ten days before it
-- (weekends and holidays; the longest gap of the reference rates is five days). Null where there is none.
-- The names of the sources stand in the order of their weight: demo, ecb, manual.
create or replace function units_per_euro(wanted text, on_day date) returns numeric
  language sql stable parallel safe
  return case when wanted = 'EUR' then 1::numeric else (
    select r.units_per_euro
    from fx_rates r
    where r.currency = wanted and r.day between on_day - 10 and on_day
    order by r.day desc, r.source desc
    limit 1) end;

create or replace function missing_fx_rate(on_day date, source text, target text) returns numeric
  language plpgsql stable parallel safe as $$
begin
  raise exception 'No exchange rate from % to % for %. The ECB''s rates come by themselves; one that it does not publish is set under /fx-rates.',
    source, target, on_day using errcode = 'DD409';
end $$;

-- migrate:down
create or replace function missing_fx_rate(on_day date, source text, target text) returns numeric
  language plpgsql stable parallel safe as $$
begin
  raise exception 'No exchange rate from % to % for %. Load the ECB reference rates with "bun run import fx FILE", or look at one store at a time.',
    source, target, on_day using errcode = 'DD409';
end $$;

create or replace function units_per_euro(wanted text, on_day date) returns numeric
  language sql stable parallel safe
  return case when wanted = 'EUR' then 1::numeric else (
    select r.units_per_euro
    from fx_rates r
    where r.currency = wanted and r.day between on_day - 10 and on_day
    order by r.day desc
    limit 1) end;

drop index fx_rates_newest;
delete from fx_rates r
using fx_rates other
where other.currency = r.currency and other.day = r.day and other.source > r.source;
alter table fx_rates drop constraint fx_rates_pkey, drop column id, add primary key (currency, day);
