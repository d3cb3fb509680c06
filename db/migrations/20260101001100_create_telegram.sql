-- migrate:up
-- A person's Telegram account, bound to a user once a pairing was approved.
create table telegram_accounts (
  telegram_id bigint primary key,
  user_id     bigint not null references users on delete cascade,
  first_name  text not null,
  username    text,
  store_id    bigint references stores on delete set null,
  paired_at   timestamptz not null default now()
);
comment on column telegram_accounts.store_id is 'The store that this person asks about when none is named; null: all stores.';

-- What an unknown person was answered: a code to show to someone who may approve it.
create table telegram_pairings (
  code        text primary key,
  telegram_id bigint not null,
  first_name  text not null,
  username    text,
  created_at  timestamptz not null default now(),
  expires_at  timestamptz not null,
  settled_at  timestamptz
);
create index telegram_pairings_by_person on telegram_pairings (telegram_id);

-- Updates that were handled: Telegram sends one again after a crash or a time-out.
create table telegram_updates (
  update_id  bigint primary key,
  handled_at timestamptz not null default now()
);

-- migrate:down
drop table telegram_updates;
drop table telegram_pairings;
drop table telegram_accounts;
