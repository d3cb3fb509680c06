-- migrate:up
-- A page of days looked each store's day up among those of all stores.
drop index settled_days_by_day;
create index settled_days_by_day on settled_days (day, store_id);

-- migrate:down
drop index settled_days_by_day;
create index settled_days_by_day on settled_days (day);
