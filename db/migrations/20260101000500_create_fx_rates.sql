-- migrate:up
-- Reference rates: units of the currency for one euro. A rate once used is never changed, so totals are never re-valued.
create table fx_rates (
  currency       text not null references currencies on delete restrict,
  day            date not null,
  units_per_euro numeric not null,
  source         text not null,
  primary key (currency, day),
  constraint units_per_euro_above_zero check (units_per_euro > 0),
  constraint source_is_known check (source in ('ecb', 'manual', 'demo'))
);

-- Units of the currency for one euro on a day: that day's rate, else the last one of the ten days before it
-- (weekends and holidays; the longest gap of the reference rates is five days). Null where there is none.
create function units_per_euro(wanted text, on_day date) returns numeric
  language sql stable parallel safe
  return case when wanted = 'EUR' then 1::numeric else (
    select r.units_per_euro
    from fx_rates r
    where r.currency = wanted and r.day between on_day - 10 and on_day
    order by r.day desc
    limit 1) end;

-- Stands where a rate is null: never 1:1, always a sentence with the day and the pair.
create function missing_fx_rate(on_day date, source text, target text) returns numeric
  language plpgsql stable parallel safe as $$
begin
  raise exception 'No exchange rate from % to % for %. Load the ECB reference rates with "bun run import fx FILE", or look at one store at a time.',
    source, target, on_day using errcode = 'DD409';
end $$;

-- migrate:down
drop function missing_fx_rate;
drop function units_per_euro;
drop table fx_rates;
