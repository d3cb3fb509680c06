-- migrate:up
create extension if not exists vector;
create extension if not exists btree_gist;

-- migrate:down
drop extension btree_gist;
drop extension vector;
