-- migrate:up
-- Keys of other services, sealed by the service with a key that only its environment holds.
create table secrets (
  name         text primary key,
  sealed       text not null,
  set_by       bigint references users on delete set null,
  set_by_email text not null,
  set_at       timestamptz not null,
  constraint sealed_is_not_plain check (sealed ~ '^[\w-]{12}\.[\w-]{16}\.[\w-]{22,}$')
);
comment on column secrets.sealed is 'Key id, nonce, and ciphertext with its tag (AES-256-GCM, bound to the name), each in base64url.';

-- migrate:down
drop table secrets;
