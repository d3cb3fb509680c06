-- migrate:up
-- What Telegram sent us: stored before Telegram is told so, kept until it is handled. Updates of one lane are handled one after another.
drop table telegram_updates;
create table telegram_updates (
  update_id    bigint primary key,
  lane         text not null,
  body         jsonb,
  received_at  timestamptz not null default now(),
  attempts     int not null default 0,
  next_try_at  timestamptz not null default now(),
  handled_at   timestamptz,
  failure      text,
  constraint body_until_handled check ((body is null) = (handled_at is not null))
);
create index telegram_updates_waiting on telegram_updates (lane, update_id) where handled_at is null;
create index telegram_updates_handled on telegram_updates (handled_at) where handled_at is not null;
comment on column telegram_updates.body is 'The update; forgotten once it was handled.';
comment on column telegram_updates.failure is 'Why it was given up.';

-- What was sent while handling an update, so that handling it again after a crash does not send it again.
create table telegram_sends (
  update_id bigint not null references telegram_updates on delete cascade,
  step      int not null,
  result    jsonb not null,
  primary key (update_id, step)
);

-- migrate:down
drop table telegram_sends;
drop table telegram_updates;
create table telegram_updates (
  update_id  bigint primary key,
  handled_at timestamptz not null default now()
);
