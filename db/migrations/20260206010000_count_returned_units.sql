-- migrate:up
-- Units of a day's orders that came back until now, by product (null: goods of no product). The return rate is read from here: counted from
-- the ledger it cost as much as there were returns.
create table returned_units (
  store_id   bigint not null,
  order_day  date not null,
  product_id bigint,
  units      bigint not null,
  unique nulls not distinct (order_day, store_id, product_id)
);
alter table returned_units enable row level security;
create policy seen on returned_units using ((select sees_all_stores()) or store_id = any ((select seen_stores())::bigint[]));
create trigger tells_change after insert or update or delete or truncate on returned_units
  for each statement execute function tell_change('figures');

create function count_returned_units() returns trigger language plpgsql as $$
begin
  insert into returned_units as r (store_id, order_day, product_id, units)
  select store_id, order_day, product_id, sum(quantity)
  from fresh
  where account = 'returns' and order_day is not null
  group by store_id, order_day, product_id
  order by order_day, store_id, product_id -- one lock order for all writers
  on conflict (order_day, store_id, product_id) do update set units = r.units + excluded.units;
  return null;
end $$;
create trigger ledger_counts_returns after insert on ledger_entries
  referencing new table as fresh
  for each statement execute function count_returned_units();

insert into returned_units (store_id, order_day, product_id, units)
select store_id, order_day, product_id, sum(quantity)
from ledger_entries
where account = 'returns' and order_day is not null
group by store_id, order_day, product_id;

-- migrate:down
drop trigger ledger_counts_returns on ledger_entries;
drop function count_returned_units;
drop table returned_units;
