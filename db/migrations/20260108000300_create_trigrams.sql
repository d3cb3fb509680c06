-- migrate:up
create extension if not exists pg_trgm;

-- migrate:down
drop extension pg_trgm;
