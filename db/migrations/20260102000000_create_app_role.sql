-- migrate:up
-- The service signs in as a member of this role: it owns nothing and bypasses nothing. Roles belong to the whole server, so another
-- database of it may have made this one already, or make it at this moment.
do $$
begin
  create role dealdome_app nologin;
exception when duplicate_object or unique_violation then null;
end $$;

grant usage on schema public to dealdome_app;
grant select, insert, update, delete on all tables in schema public to dealdome_app;
grant usage on all sequences in schema public to dealdome_app;
revoke update, delete, truncate on ledger_entries from dealdome_app;
alter default privileges in schema public grant select, insert, update, delete on tables to dealdome_app;
alter default privileges in schema public grant usage on sequences to dealdome_app;

-- An import counts its staged rows for the planner; before version 17 only the owner may, and others are skipped with a warning.
do $$
begin
  if current_setting('server_version_num')::int >= 170000 then
    execute 'grant maintain on staged_order_lines to dealdome_app';
  end if;
end $$;

-- migrate:down
alter default privileges in schema public revoke select, insert, update, delete on tables from dealdome_app;
alter default privileges in schema public revoke usage on sequences from dealdome_app;
revoke all on all tables in schema public from dealdome_app;
revoke all on all sequences in schema public from dealdome_app;
revoke usage on schema public from dealdome_app;
