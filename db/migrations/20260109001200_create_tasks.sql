-- migrate:up
-- What a person wants done at certain times: a reminder in their own words, or a question for the desk.
create table tasks (
  id              bigint generated always as identity primary key,
  user_id         bigint not null references users on delete cascade,
  title           text not null,
  kind            text not null,
  text            text not null,
  store_id        bigint references stores on delete cascade,
  condition       jsonb,
  rhythm          jsonb not null,
  time_zone       text not null,
  chat_id         bigint,
  conversation_id bigint references conversations on delete set null,
  message_id      bigint references messages on delete set null,
  scopes          text[],
  limited_to      bigint[],
  status          text not null default 'active',
  ended_because   text,
  next_run_at     timestamptz,
  created_at      timestamptz not null,
  updated_at      timestamptz not null,
  constraint kind_is_known check (kind in ('reminder', 'question')),
  constraint status_is_known check (status in ('active', 'paused', 'ended')),
  constraint title_not_empty check (title <> ''),
  constraint text_not_empty check (text <> ''),
  constraint rhythm_is_known check (rhythm ->> 'every' in ('once', 'day', 'week', 'month', 'minutes')),
  constraint active_is_due check ((status = 'active') = (next_run_at is not null))
);
comment on column tasks.store_id is 'The store that it is about; null: all that the person sees.';
comment on column tasks.chat_id is 'The Telegram chat it was asked for in; null: the person''s own.';
comment on column tasks.scopes is 'What the API token that it was made with may do at most; null: whatever the person may.';
comment on column tasks.limited_to is 'The stores that this token was limited to; null: those of the person.';
comment on column tasks.conversation_id is 'Where it was asked for, with the message that did.';
create index tasks_due on tasks (next_run_at) where status = 'active';
create index tasks_by_user on tasks (user_id, id desc);
create index tasks_by_conversation on tasks (conversation_id);
create index tasks_by_message on tasks (message_id);

alter table tasks enable row level security;
create policy seen on tasks using (
  (select sees_all_stores()) or store_id is null or store_id = any ((select seen_stores())::bigint[]));

create table task_runs (
  id              bigint generated always as identity primary key,
  task_id         bigint not null references tasks on delete cascade,
  cause           text not null,
  scheduled_for   timestamptz not null,
  status          text not null default 'queued',
  created_at      timestamptz not null,
  started_at      timestamptz,
  finished_at     timestamptz,
  answer          text,
  error           text,
  conversation_id bigint references conversations on delete set null,
  message_id      bigint references messages on delete set null,
  delivery_id     bigint references deliveries on delete set null,
  store_ids       bigint[],
  constraint cause_is_known check (cause in ('schedule', 'trial', 'person')),
  constraint status_is_known check (status in ('queued', 'running', 'done', 'quiet', 'failed', 'missed')),
  constraint finished_is_dated check ((status in ('queued', 'running')) = (finished_at is null))
);
comment on column task_runs.store_ids is 'The stores that its person was limited to when it ran; null: not limited.';
create unique index task_runs_once on task_runs (task_id, scheduled_for) where cause = 'schedule';
create index task_runs_by_task on task_runs (task_id, id desc);
create index task_runs_by_conversation on task_runs (conversation_id);
create index task_runs_by_message on task_runs (message_id);
create index task_runs_by_delivery on task_runs (delivery_id);

alter table task_runs enable row level security;
create policy seen on task_runs using ((select sees_all_stores()) or store_ids <@ (select seen_stores())::bigint[]);

-- migrate:down
drop table task_runs;
drop table tasks;
