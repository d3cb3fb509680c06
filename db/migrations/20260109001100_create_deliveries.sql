-- migrate:up
-- What is sent to people without their asking: queued in the transaction of its cause, sent by a job.
create table deliveries (
  id            bigint generated always as identity primary key,
  kind          text not null,
  channel       text not null default 'telegram',
  user_id       bigint references users on delete cascade,
  chat_id       bigint not null,
  text          text not null,
  dedupe_key    text not null unique,
  status        text not null default 'queued',
  attempts      int not null default 0,
  message_ids   bigint[] not null default '{}',
  error         text,
  created_at    timestamptz not null,
  send_after    timestamptz,
  sent_at       timestamptz,
  store_ids     bigint[],
  constraint channel_is_known check (channel in ('telegram')),
  constraint status_is_known check (status in ('queued', 'sent', 'failed')),
  constraint text_not_empty check (text <> ''),
  constraint sent_is_dated check ((status = 'sent') = (sent_at is not null))
);
comment on column deliveries.message_ids is 'Telegram''s ids of the parts that were sent so far: a long text travels in several.';
comment on column deliveries.send_after is 'Not before, such as the end of quiet hours; null: at once.';
comment on column deliveries.store_ids is 'The stores that the figures in it are of; null: of all.';
create index deliveries_by_user on deliveries (user_id, id desc);

alter table deliveries enable row level security;
create policy seen on deliveries using ((select sees_all_stores()) or store_ids <@ (select seen_stores())::bigint[]);

-- migrate:down
drop table deliveries;
