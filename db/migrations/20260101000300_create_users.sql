-- migrate:up
create table users (
  id            bigint generated always as identity primary key,
  email         text not null,
  role          text not null,
  password_hash text,
  created_at    timestamptz not null default now(),
  constraint role_is_known check (role in ('owner', 'admin', 'finance', 'marketer', 'viewer')),
  constraint email_is_lower_case check (email = lower(email))
);
create unique index users_by_email on users (email);

-- A signed-in device. A token names its session; ending the session ends the token at once.
create table sessions (
  id         uuid primary key default gen_random_uuid(),
  user_id    bigint not null references users on delete cascade,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  ended_at   timestamptz
);
create index sessions_by_user on sessions (user_id);

-- Failed logins of the last minutes, counted per account and address.
create table login_failures (
  email      text not null,
  address    text not null,
  failed_at  timestamptz not null default now()
);
create index login_failures_by_account on login_failures (email, address, failed_at);

-- migrate:down
drop table login_failures;
drop table sessions;
drop table users;
