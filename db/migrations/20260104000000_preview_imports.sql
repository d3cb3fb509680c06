-- migrate:up
-- An import from its preview on: what the file would do, who applied it, and who took it back.
alter table imports rename column orders_created to added;
alter table imports rename column orders_changed to changed;
alter table imports rename column rows_rejected to rejected;
alter table imports drop constraint kind_is_known;
alter table imports
  add column status           text not null default 'applied',
  add column options          json not null default '{}',
  add column unchanged        int not null default 0,
  add column unknown          int not null default 0,
  add column skipped          int not null default 0,
  add column notes            text[] not null default '{}',
  add column issues           json not null default '[]',
  add column effect           json,
  add column created_by_email text,
  add column applied_at       timestamptz,
  add column applied_by_email text,
  add column undone_at        timestamptz,
  add column undone_by_email  text,
  add column store_ids        bigint[] default case when current_setting('dealdome.stores', true) like '{%' then seen_stores() end,
  add constraint kind_is_known check (kind in ('orders', 'unit-costs', 'ad-spend', 'fixed-costs', 'products')),
  add constraint status_is_known check (status in ('previewed', 'applied', 'undone'));
update imports set applied_at = created_at;
comment on column imports.store_id is 'The store that the import is about; null: not one alone, or none.';
comment on column imports.store_ids is 'Without a store: those that its sender was limited to; null: not limited.';
comment on column imports.options is 'How the file is read: mapping, platform, order of dates.';
comment on column imports.issues is 'Rows that were left out, with line and reason; the first of them.';

-- What an import over several stores says is for people who see no less than its sender.
drop policy seen on imports;
create policy seen on imports using (
  (select sees_all_stores()) or store_id = any ((select seen_stores())::bigint[])
  or (store_id is null and cardinality(store_ids) > 0 and store_ids <@ (select seen_stores())::bigint[]));

-- The file of a preview, in pieces, until it is applied or a week has passed.
create table import_pieces (
  import_id bigint not null references imports on delete cascade,
  piece     int not null,
  content   bytea not null,
  primary key (import_id, piece)
);
alter table import_pieces enable row level security;
create policy seen on import_pieces using (exists (select 1 from imports i where i.id = import_id));

-- What an import changed: how a record was before (null: not there), and a digest of how it was after, which must still hold when the
-- import is undone.
create table import_changes (
  import_id bigint not null references imports on delete cascade,
  record    text not null,
  record_id bigint not null,
  before    jsonb,
  after     text not null default '',
  primary key (import_id, record, record_id),
  constraint record_is_known check (record in ('order', 'ad_spend', 'fixed_cost', 'product', 'product_costs', 'variant'))
);
create index import_changes_by_record on import_changes (record, record_id);
alter table import_changes enable row level security;
create policy seen on import_changes using (exists (select 1 from imports i where i.id = import_id));

-- migrate:down
drop table import_changes;
drop table import_pieces;
drop policy seen on imports;
create policy seen on imports using ((select sees_all_stores()) or store_id = any ((select seen_stores())::bigint[]));
alter table imports
  drop constraint status_is_known,
  drop constraint kind_is_known,
  drop column store_ids,
  drop column undone_by_email,
  drop column undone_at,
  drop column applied_by_email,
  drop column applied_at,
  drop column created_by_email,
  drop column effect,
  drop column issues,
  drop column notes,
  drop column skipped,
  drop column unknown,
  drop column unchanged,
  drop column options,
  drop column status;
delete from imports where kind <> 'orders';
alter table imports add constraint kind_is_known check (kind in ('orders'));
alter table imports rename column rejected to rows_rejected;
alter table imports rename column changed to orders_changed;
alter table imports rename column added to orders_created;
