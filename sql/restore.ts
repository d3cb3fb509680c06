import type { Writable } from 'node:stream'
import * as v from 'valibot'
import type { Sql } from './connect.ts'
import { command, get } from './query.ts'
import { Count } from './units.ts'

/** What the database holds that a restore would lose. */
export const usedRows = get(
  v.object({ users: Count, stores: Count, orders: Count }),
  {},
  (sql) => sql`
    select (select count(*) from users)::int as users, (select count(*) from stores)::int as stores,
           (select count(*) from orders)::int as orders`,
)

/**
 * Until `finishRestore`: no trigger fires, no foreign key is checked, and all tables are empty, also of what migrations put in. Needs the
 * owner of the tables, and an open transaction.
 */
export const startRestore = command(
  {},
  (sql) => sql`
    do $$
    declare
      kept record;
    begin
      create temporary table restored_key on commit drop as
      select k.conrelid::regclass::text as of_table, k.conname, pg_get_constraintdef(k.oid) as definition
      from pg_constraint k
      join pg_class c on c.oid = k.conrelid
      join pg_namespace n on n.oid = c.relnamespace
      where k.contype = 'f' and n.nspname in ('public', 'graphile_worker');
      for kept in select * from restored_key loop
        execute format('alter table %s drop constraint %I', kept.of_table, kept.conname);
      end loop;
      for kept in
        select c.oid::regclass::text as of_table
        from pg_class c join pg_namespace n on n.oid = c.relnamespace
        where n.nspname in ('public', 'graphile_worker') and c.relkind = 'r'
          and (n.nspname, c.relname) not in (('public', 'schema_migrations'), ('graphile_worker', 'migrations'))
      loop
        execute format('alter table %s disable trigger user', kept.of_table);
        execute format('delete from %s', kept.of_table);
      end loop;
    end $$`,
)

/** Where CSV of the table is written to. */
export const copyIn = (sql: Sql, { table, columns }: { table: string; columns: string[] }): Promise<Writable> =>
  sql`copy ${sql(table)} (${sql(columns)}) from stdin (format csv)`.writable()

/** Puts triggers and keys back, which checks every row that was copied in, and lets ids go on after the highest. */
export const finishRestore = command(
  {},
  (sql) => sql`
    do $$
    declare
      kept record;
    begin
      for kept in
        select c.oid::regclass::text as of_table, a.attname, pg_get_serial_sequence(c.oid::regclass::text, a.attname) as sequence
        from pg_class c
        join pg_namespace n on n.oid = c.relnamespace
        join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
        where n.nspname in ('public', 'graphile_worker') and c.relkind = 'r'
      loop
        if kept.sequence is not null then
          execute format('select setval(%L, coalesce(max(%I), 0) + 1, false) from %s', kept.sequence, kept.attname, kept.of_table);
        end if;
      end loop;
      for kept in select * from restored_key loop
        execute format('alter table %s add constraint %I %s', kept.of_table, kept.conname, kept.definition);
      end loop;
      for kept in
        select c.oid::regclass::text as of_table
        from pg_class c join pg_namespace n on n.oid = c.relnamespace
        where n.nspname in ('public', 'graphile_worker') and c.relkind = 'r'
      loop
        execute format('alter table %s enable trigger user', kept.of_table);
      end loop;
    end $$`,
)
