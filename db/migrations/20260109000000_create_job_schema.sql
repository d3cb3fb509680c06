-- migrate:up
-- The tables in it are made by graphile-worker's own migrations, which dev/migrate.ts runs as the owner after ours.
create schema graphile_worker;
grant usage on schema graphile_worker to dealdome_app;
alter default privileges in schema graphile_worker grant select, insert, update, delete on tables to dealdome_app;
alter default privileges in schema graphile_worker grant usage on sequences to dealdome_app;

-- migrate:down
drop schema graphile_worker cascade;
