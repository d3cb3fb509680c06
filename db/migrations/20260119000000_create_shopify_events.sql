-- migrate:up
-- What shops told us of by webhook. It names the object that changed and nothing of it: that is read again in the shop, so that it does not
-- matter in which order, how late or how often we are told.
create table shopify_events (
  id           bigint generated always as identity primary key,
  store_id     bigint not null references stores on delete cascade,
  topic        text not null,
  event_id     text not null,
  kind         text not null,
  number       text not null,
  triggered_at timestamptz not null,
  received_at  timestamptz not null,
  handled_at   timestamptz,
  attempts     int not null default 0,
  retry_at     timestamptz,
  error        text,
  unique (store_id, topic, event_id),
  constraint kind_is_known check (kind in ('order', 'product', 'inventory_item', 'app')),
  constraint attempts_not_negative check (attempts >= 0)
);
comment on column shopify_events.number is 'Of the object in the shop: 450789469 of gid://shopify/Order/450789469.';
comment on column shopify_events.retry_at is 'When it is read again after a failure; null with an error: it was given up.';
create index shopify_events_waiting on shopify_events (store_id, id) where handled_at is null;
create index shopify_events_by_time on shopify_events (received_at);
alter table shopify_events enable row level security;
create policy seen on shopify_events using ((select sees_all_stores()) or store_id = any ((select seen_stores())::bigint[]));

-- migrate:down
drop table shopify_events;
