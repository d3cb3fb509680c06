-- migrate:up
-- How far each connector is with what it brings in: one row for each store, or account, and resource. A row that is due starts a job;
-- while that waits or runs, next_run_at is null.
create table sync_state (
  id              bigint generated always as identity primary key,
  connector       text not null,
  store_id        bigint references stores on delete cascade,
  account         text not null default '',
  resource        text not null,
  status          text not null default 'waiting',
  cursor          jsonb not null default '{}',
  rows            bigint not null default 0,
  done            bigint not null default 0,
  expected        bigint,
  done_at_start   bigint not null default 0,
  gaps            jsonb not null default '[]',
  error           text,
  every_minutes   int,
  covered_until   timestamptz,
  last_started_at timestamptz,
  last_success_at timestamptz,
  next_run_at     timestamptz,
  created_at      timestamptz not null default now(),
  unique nulls not distinct (connector, store_id, account, resource),
  constraint status_is_known check (status in ('waiting', 'running', 'done', 'failed')),
  constraint says_why_it_failed check ((status = 'failed') = (error is not null)),
  constraint counts_not_negative check (rows >= 0 and done >= 0 and expected >= 0 and done_at_start >= 0),
  constraint every_minutes_above_zero check (every_minutes > 0)
);
comment on column sync_state.cursor is 'Where the connector goes on: its own words, such as the id of a bulk operation and the line in its file.';
comment on column sync_state.rows is 'Rows that came in, over all runs.';
comment on column sync_state.done is 'Rows of the run that is under way, of expected; done_at_start were done when it was taken up again.';
comment on column sync_state.gaps is 'Days that are missing: a list of from, to and reason.';
comment on column sync_state.covered_until is 'What happened at the source before this is in.';
create index sync_state_by_next_run on sync_state (next_run_at) where next_run_at is not null;
create index sync_state_by_store on sync_state (store_id) where store_id is not null;
-- What belongs to no store and no account, such as exchange rates, is everybody's.
alter table sync_state enable row level security;
create policy seen on sync_state using (
  (select sees_all_stores()) or store_id = any ((select seen_stores())::bigint[]) or (store_id is null and account = ''));

-- migrate:down
drop table sync_state;
