-- migrate:up
create table products (
  id         bigint generated always as identity primary key,
  name       text not null,
  status     text not null default 'active',
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint status_is_known check (status in ('active', 'archived'))
);

-- A SKU of one store; several stores may sell one product.
create table variants (
  id         bigint generated always as identity primary key,
  product_id bigint not null references products on delete restrict,
  store_id   bigint not null references stores on delete cascade,
  sku        text not null,
  title      text not null,
  list_price numeric(18, 6),
  unique (store_id, sku)
);
create index variants_by_product on variants (product_id);

-- Landed cost of one unit in major units of its currency, valid on the days of the range. Ranges of a product never overlap.
create table product_costs (
  id         bigint generated always as identity primary key,
  product_id bigint not null references products on delete cascade,
  valid      daterange not null,
  unit_cost  numeric(18, 6) not null,
  currency   text not null references currencies on delete restrict,
  created_at timestamptz not null default now(),
  constraint unit_cost_not_negative check (unit_cost >= 0),
  constraint valid_not_empty check (not isempty(valid)),
  constraint costs_never_overlap exclude using gist (product_id with =, valid with &&)
);

-- migrate:down
drop table product_costs;
drop table variants;
drop table products;
