-- migrate:up
-- The second factor of a person: codes by time (RFC 6238). Its key is sealed in secrets, named second-factor/USER.
create table second_factors (
  user_id      bigint primary key references users on delete cascade,
  begun_at     timestamptz not null,
  confirmed_at timestamptz,
  last_step    bigint
);
comment on column second_factors.confirmed_at is 'When its first code was right; it is not asked for before.';
comment on column second_factors.last_step is 'The 30 seconds of the newest code that was used: none counts twice, and none from before.';

-- For who has lost the phone: each counts once. 120 random bits, so that a hash is enough.
create table recovery_codes (
  code_hash bytea primary key,
  user_id   bigint not null references users on delete cascade,
  used_at   timestamptz,
  constraint code_hash_is_sha256 check (length(code_hash) = 32)
);
create index recovery_codes_by_user on recovery_codes (user_id);

alter table workspace add column second_factor_required boolean not null default false;

create trigger tells_change after insert or update of confirmed_at or delete or truncate on second_factors
  for each statement execute function tell_change('access');
create trigger tells_access_change after update of second_factor_required on workspace
  for each statement execute function tell_change('access');

create function forget_second_factor() returns trigger language plpgsql security definer set search_path = public as $$
begin
  delete from secrets where name = 'second-factor/' || old.user_id;
  delete from recovery_codes where user_id = old.user_id;
  return null;
end $$;
revoke execute on function forget_second_factor from public;
create trigger its_secrets_go_too after delete on second_factors for each row execute function forget_second_factor();

-- migrate:down
drop table recovery_codes;
drop table second_factors;
drop function forget_second_factor;
drop trigger tells_access_change on workspace;
alter table workspace drop column second_factor_required;
