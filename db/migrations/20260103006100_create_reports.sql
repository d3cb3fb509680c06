-- migrate:up
-- Closed months. The content is frozen as the text that was signed; what changes later is a restatement against it.
create table reports (
  id              bigint generated always as identity primary key,
  month           date not null,
  store_id        bigint references stores on delete restrict,
  currency        text not null references currencies on delete restrict,
  content         text not null,
  signature       text not null,
  last_entry_id   bigint not null,
  closed_by       bigint references users on delete set null,
  closed_by_email text not null,
  closed_at       timestamptz not null,
  unique nulls not distinct (month, store_id),
  constraint month_is_its_first_day check (extract(day from month) = 1),
  constraint content_is_an_object check (content is json object),
  constraint signature_is_of_content check (signature = encode(sha256(convert_to(content, 'UTF8')), 'hex'))
);
comment on column reports.store_id is 'The store that was closed; null: all stores together.';
comment on column reports.last_entry_id is 'The last ledger entry that the content knows of; later ones are restatements.';

create function refuse_to_reopen() returns trigger language plpgsql as $$
begin
  raise exception 'A closed report stays as it is: what changed since is shown as its restatements.' using errcode = 'DD409';
end $$;
create trigger reports_stay before delete or truncate on reports for each statement execute function refuse_to_reopen();
create trigger reports_are_frozen before update on reports for each row
  when ((old.id, old.month, old.store_id, old.currency, old.content, old.signature, old.last_entry_id, old.closed_by_email, old.closed_at)
        is distinct from
        (new.id, new.month, new.store_id, new.currency, new.content, new.signature, new.last_entry_id, new.closed_by_email, new.closed_at))
  execute function refuse_to_reopen();
revoke update, delete on reports from dealdome_app;

-- A report on all stores is for those who see all stores.
alter table reports enable row level security;
create policy seen on reports using ((select sees_all_stores()) or store_id = any ((select seen_stores())::bigint[]));

-- migrate:down
drop table reports;
drop function refuse_to_reopen;
