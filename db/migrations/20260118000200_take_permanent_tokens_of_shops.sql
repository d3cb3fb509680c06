-- migrate:up
-- Without a client id the sealed secret is a permanent token of the shop.
alter table shopify_shops
  alter column client_id drop not null,
  add column scopes text[] not null default '{}',
  add column notes text[] not null default '{}';
comment on column shopify_shops.scopes is 'What the app may do, as the shop said when it was connected.';
comment on column shopify_shops.notes is 'What the app may not do, and what is missed by that, in words.';

-- migrate:down
alter table shopify_shops drop column notes, drop column scopes;
delete from shopify_shops where client_id is null;
alter table shopify_shops alter column client_id set not null;
