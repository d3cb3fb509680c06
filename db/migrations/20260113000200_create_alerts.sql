-- migrate:up
-- What a chat wants to be told without asking: the digest of each morning, the review of each week, and what goes wrong. The rights of
-- user_id at the moment decide what is told.
create table alerts (
  id            bigint generated always as identity primary key,
  user_id       bigint not null references users on delete cascade,
  chat_id       bigint not null,
  thread_id     bigint not null default 0,
  kind          text not null,
  store_id      bigint references stores on delete cascade,
  active        boolean not null,
  threshold     numeric,
  at            time,
  urgent        boolean not null,
  muted_until   timestamptz,
  next_run_at   timestamptz,
  told_entry_id bigint,
  created_at    timestamptz not null,
  updated_at    timestamptz not null,
  unique (chat_id, thread_id, kind),
  constraint kind_is_known check (
    kind in ('morning', 'weekly', 'order_loss', 'refund', 'spend_without_sales', 'negative_cm3', 'margin_drop', 'failure')),
  constraint threshold_not_negative check (threshold >= 0),
  constraint digest_has_a_time check ((kind in ('morning', 'weekly')) = (at is not null)),
  constraint digest_is_due check ((active and kind in ('morning', 'weekly')) = (next_run_at is not null))
);
comment on column alerts.store_id is 'The store that it is about; null: all that the person sees.';
comment on column alerts.threshold is 'In the reporting currency, for margin_drop in percentage points.';
comment on column alerts.urgent is 'Told in quiet hours as well.';
comment on column alerts.told_entry_id is 'The last ledger entry that the digest before knew.';
create index alerts_by_user on alerts (user_id);
create index alerts_by_store on alerts (store_id) where store_id is not null;
create index alerts_due on alerts (next_run_at) where next_run_at is not null;

alter table alerts enable row level security;
create policy seen on alerts using (
  (select sees_all_stores()) or store_id is null or store_id = any ((select seen_stores())::bigint[]));

-- Something that was noticed, from its beginning to its end, so that it is told once.
create table alert_events (
  id        bigint generated always as identity primary key,
  alert_id  bigint not null references alerts on delete cascade,
  store_id  bigint references stores on delete cascade,
  subject   text not null,
  told      boolean not null,
  opened_at timestamptz not null,
  closed_at timestamptz,
  constraint closed_after_opened check (closed_at >= opened_at)
);
comment on column alert_events.store_id is 'Null for what is of no store, such as a job that failed.';
create index alert_events_by_subject on alert_events (alert_id, subject);
create unique index alert_events_open_once on alert_events (alert_id, subject) where closed_at is null;
create index alert_events_by_store on alert_events (store_id);

alter table alert_events enable row level security;
create policy seen on alert_events using (
  (select sees_all_stores()) or store_id = any ((select seen_stores())::bigint[]));

-- migrate:down
drop table alert_events;
drop table alerts;
