-- migrate:up
-- The lines of a file that a shop made of all its objects, in whatever order they come, until they are booked. Unlogged: after a crash of
-- the database the file is read again from its beginning.
create unlogged table bulk_objects (
  sync_id   bigint not null references sync_state on delete cascade,
  line      int not null,
  parent_id text,
  object    text not null,
  primary key (sync_id, line)
);
create index bulk_objects_by_parent on bulk_objects (sync_id, parent_id, line);
alter table bulk_objects enable row level security;
create policy seen on bulk_objects using (exists (select 1 from sync_state y where y.id = sync_id));

-- What the shop said last that a piece costs: only another word of the shop is news.
alter table variants
  add column source_id text,
  add column source_cost numeric(18, 6),
  add column source_cost_currency text references currencies on delete restrict;
comment on column variants.source_cost is 'Unit cost in the shop when we looked last; a person may have set another one here.';

-- migrate:down
alter table variants drop column source_cost_currency, drop column source_cost, drop column source_id;
drop table bulk_objects;
