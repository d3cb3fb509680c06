-- migrate:up
alter table users add column store_ids bigint[];
alter table users add column disabled_at timestamptz;
comment on column users.store_ids is 'The stores that this user is limited to; null: all.';

-- Tokens for machines. Only a hash is kept; the public part tells two tokens apart.
create table api_tokens (
  id           bigint generated always as identity primary key,
  user_id      bigint not null references users on delete cascade,
  name         text not null,
  public_part  text not null unique,
  token_hash   bytea not null unique,
  scopes       text[] not null,
  store_ids    bigint[],
  created_at   timestamptz not null default now(),
  last_used_at timestamptz,
  expires_at   timestamptz,
  revoked_at   timestamptz,
  constraint token_hash_is_sha256 check (length(token_hash) = 32),
  constraint scopes_not_empty check (cardinality(scopes) > 0)
);
create index api_tokens_by_user on api_tokens (user_id);

-- A link that lets a person choose a password, once.
create table password_links (
  token_hash bytea primary key,
  user_id    bigint not null references users on delete cascade,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  used_at    timestamptz,
  constraint token_hash_is_sha256 check (length(token_hash) = 32)
);
create index password_links_by_user on password_links (user_id);

-- A login is noted before its password is looked at, so that many at once count as many; one that succeeds is taken off again.
alter table login_failures add column id bigint generated always as identity primary key;

-- Who changed money, access or secrets: append-only, without the secrets.
create table audit_log (
  id         bigint generated always as identity primary key,
  at         timestamptz not null default now(),
  user_id    bigint,
  email      text,
  token_id   bigint,
  action     text not null,
  subject    text not null,
  old_value  jsonb,
  new_value  jsonb,
  request_id text,
  store_ids  bigint[] default case when current_setting('dealdome.stores', true) like '{%' then seen_stores() end
);
comment on column audit_log.store_ids is 'The stores that the one who did it was limited to; null: not limited.';
-- The values of a change may hold figures of a store, so a limited person sees what people with no more stores did.
alter table audit_log enable row level security;
create policy seen on audit_log for select using ((select sees_all_stores()) or store_ids <@ (select seen_stores())::bigint[]);
create policy noted on audit_log for insert with check (true);
create trigger audit_log_is_append_only before update or delete or truncate on audit_log
  for each statement execute function refuse_change();
grant select, insert, update, delete on api_tokens, password_links to dealdome_app;
grant select, insert on audit_log to dealdome_app;
revoke update, delete on audit_log from dealdome_app;

-- The answer to a write that carried an Idempotency-Key, for 24 hours.
create table idempotency_keys (
  user_id    bigint not null references users on delete cascade,
  key        text not null,
  request    text not null,
  body_hash  bytea not null,
  status     int,
  answer     text,
  content_type text,
  created_at timestamptz not null default now(),
  primary key (user_id, key)
);

-- migrate:down
drop table idempotency_keys;
drop policy noted on audit_log;
drop policy seen on audit_log;
drop table audit_log;
alter table login_failures drop column id;
drop table password_links;
drop table api_tokens;
alter table users drop column disabled_at;
alter table users drop column store_ids;
