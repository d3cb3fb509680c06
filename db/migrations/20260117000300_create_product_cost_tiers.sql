-- migrate:up
-- Unit costs of a product for lines of at least so many pieces and for orders to a country (empty: to any). They come before its plain unit
-- cost: the own country first, then the tier of most pieces.
create table product_cost_tiers (
  id           bigint generated always as identity primary key,
  product_id   bigint not null references products on delete cascade,
  country      text not null default '',
  min_quantity int not null default 1,
  valid        daterange not null,
  unit_cost    numeric(18, 6) not null,
  currency     text not null references currencies on delete restrict,
  created_at   timestamptz not null default now(),
  constraint unit_cost_not_negative check (unit_cost >= 0),
  constraint min_quantity_positive check (min_quantity >= 1),
  constraint differs_from_plain_cost check (country <> '' or min_quantity > 1),
  constraint valid_not_empty check (not isempty(valid)),
  constraint cost_tiers_never_overlap
    exclude using gist (product_id with =, country with =, min_quantity with =, valid with &&)
);
alter table product_cost_tiers enable row level security;
create policy seen on product_cost_tiers using (
  (select sees_all_stores()) or exists (select 1 from products p where p.id = product_id));

-- migrate:down
drop table product_cost_tiers;
