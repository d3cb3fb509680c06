-- migrate:up
-- One row: what holds for the whole team.
create table workspace (
  id                 smallint primary key default 1,
  name               text not null,
  reporting_currency text not null references currencies on delete restrict,
  time_zone          text not null,
  demo_from          date,
  demo_until         date,
  created_at         timestamptz not null default now(),
  constraint there_is_one_workspace check (id = 1)
);

create table stores (
  id                   bigint generated always as identity primary key,
  slug                 text not null unique,
  name                 text not null,
  currency             text not null references currencies on delete restrict,
  time_zone            text not null,
  default_cost_percent numeric(7, 4),
  created_at           timestamptz not null default now(),
  unique (id, currency),
  constraint slug_is_plain check (slug ~ '^[a-z0-9][a-z0-9-]{0,62}$'),
  constraint default_cost_percent_in_range check (default_cost_percent between 0 and 100)
);
comment on column stores.default_cost_percent is 'Unit cost as percent of the list price where no cost is known; booked as an estimate.';

insert into workspace (name, reporting_currency, time_zone) values ('DealDome', 'EUR', 'Europe/Amsterdam');

-- migrate:down
drop table stores;
drop table workspace;
