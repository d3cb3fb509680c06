-- migrate:up
-- A person goes out of the records when they wish, and every figure stays: what was theirs alone is deleted, what others rely on names a
-- pseudonym. Closed months keep who closed them, because that is part of what was signed.

-- Customers that may not come back with the next import. The hash is of store and customer as the source calls them.
create table erased_customers (
  store_id      bigint not null references stores on delete cascade,
  customer_hash bytea not null,
  pseudonym     text not null,
  erased_at     timestamptz not null,
  primary key (store_id, customer_hash)
);
alter table erased_customers enable row level security;
create policy seen on erased_customers using (
  (select sees_all_stores()) or store_id = any ((select seen_stores())::bigint[]));
create index orders_by_customer on orders (store_id, customer) where customer is not null;

create function customer_hash(store_id bigint, customer text) returns bytea
  language sql immutable set search_path = pg_catalog as $$
  select sha256(convert_to(store_id || ' ' || customer, 'UTF8'))
$$;

create function keep_customer_erased() returns trigger language plpgsql security definer set search_path = public as $$
begin
  new.customer := coalesce(
    (select pseudonym from erased_customers e
     where e.store_id = new.store_id and e.customer_hash = customer_hash(new.store_id, new.customer)),
    new.customer);
  return new;
end $$;
create trigger erased_customers_stay_erased before insert or update of customer on orders
  for each row when (new.customer is not null) execute function keep_customer_erased();

-- Only erase_user may change what was noted, and only where it names the person.
drop trigger audit_log_is_append_only on audit_log;
create trigger audit_log_is_append_only before delete or truncate on audit_log
  for each statement execute function refuse_change();
create trigger audit_log_is_not_rewritten before update on audit_log
  for each statement when (current_setting('dealdome.erasing', true) is distinct from 'on') execute function refuse_change();

create function erase_user(erased bigint, at timestamptz) returns text
  language plpgsql security definer set search_path = public as $$
declare
  known text := (select email from users where id = erased for update);
  pseudonym text := 'erased-' || erased || '@erased.invalid';
  chats bigint[] := array(select telegram_id from telegram_accounts where user_id = erased);
begin
  if known is null then return null; end if;
  perform set_config('dealdome.erasing', 'on', true);
  update audit_log set
    email = case when email = known then pseudonym else email end, subject = replace(subject, known, pseudonym),
    old_value = replace(old_value::text, known, pseudonym)::jsonb, new_value = replace(new_value::text, known, pseudonym)::jsonb
  where email = known or strpos(subject, known) > 0 or strpos(concat(old_value, new_value), known) > 0;
  perform set_config('dealdome.erasing', '', true);
  update imports set
    created_by_email = case when created_by_email = known then pseudonym else created_by_email end,
    applied_by_email = case when applied_by_email = known then pseudonym else applied_by_email end,
    undone_by_email = case when undone_by_email = known then pseudonym else undone_by_email end
  where known in (created_by_email, applied_by_email, undone_by_email);
  update action_approvals set email = pseudonym where user_id = erased;
  update secrets set set_by_email = pseudonym where set_by_email = known;
  delete from telegram_updates u
  where exists (select from unnest(chats) chat where jsonb_path_exists(u.body, '$.**.from.id ? (@ == $chat)', jsonb_build_object('chat', chat)));
  delete from telegram_answers where chat_id = any (chats);
  delete from telegram_pairings where telegram_id = any (chats);
  delete from deliveries where user_id = erased or chat_id = any (chats);
  delete from alerts where user_id = erased;
  delete from tasks where user_id = erased;
  delete from memories where owner_id = erased;
  delete from conversations where user_id = erased;
  delete from telegram_accounts where user_id = erased;
  delete from api_tokens where user_id = erased;
  delete from sessions where user_id = erased;
  delete from password_links where user_id = erased;
  delete from idempotency_keys where user_id = erased;
  delete from login_failures where email = known;
  update users set email = pseudonym, password_hash = '!', disabled_at = coalesce(disabled_at, at) where id = erased;
  return pseudonym;
end $$;
revoke execute on function erase_user from public;
grant execute on function erase_user to dealdome_app;

-- migrate:down
drop function erase_user;
drop trigger audit_log_is_not_rewritten on audit_log;
drop trigger audit_log_is_append_only on audit_log;
create trigger audit_log_is_append_only before update or delete or truncate on audit_log
  for each statement execute function refuse_change();
drop trigger erased_customers_stay_erased on orders;
drop function keep_customer_erased;
drop function customer_hash;
drop index orders_by_customer;
drop policy seen on erased_customers;
drop table erased_customers;
