-- migrate:up
-- The Shopify shop behind a store. Its client secret stands sealed in secrets, under the name shopify/STORE_ID.
create table shopify_shops (
  store_id     bigint primary key references stores on delete cascade,
  domain       text not null,
  client_id    text not null,
  connected_at timestamptz not null default now(),
  constraint domain_is_of_a_shop check (domain ~ '^[a-z0-9][a-z0-9-]*\.myshopify\.com$')
);
alter table shopify_shops enable row level security;
create policy seen on shopify_shops using ((select sees_all_stores()) or store_id = any ((select seen_stores())::bigint[]));

-- migrate:down
drop table shopify_shops;
