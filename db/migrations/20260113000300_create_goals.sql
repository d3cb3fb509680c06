-- migrate:up
-- The net profit that a month is to bring, of a store or without one of all together.
create table goals (
  id         bigint generated always as identity primary key,
  store_id   bigint references stores on delete cascade,
  month      date not null,
  amount     numeric not null,
  currency   text not null references currencies on delete restrict,
  set_by     bigint references users on delete set null,
  updated_at timestamptz not null,
  unique nulls not distinct (store_id, month),
  constraint month_begins check (extract(day from month) = 1)
);
alter table goals enable row level security;
create policy seen on goals using (
  (select sees_all_stores()) or store_id = any ((select seen_stores())::bigint[]));

-- migrate:down
drop table goals;
