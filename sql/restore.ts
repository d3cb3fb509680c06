import type { Writable } from 'node:stream'
import * as v from 'valibot'
import { isDerived, isKept } from './backup.ts'
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
      create temporary table restored_table on commit drop as
      select c.oid, c.oid::regclass::text as of_table
      from pg_class c
      join pg_namespace n on n.oid = c.relnamespace
      where ${isKept(sql)};
      create temporary table restored_key on commit drop as
      select of_table, k.conname, pg_get_constraintdef(k.oid) as definition
      from restored_table t
      join pg_constraint k on k.conrelid = t.oid and k.contype = 'f';
      for kept in select * from restored_key loop
        execute format('alter table %s drop constraint %I', kept.of_table, kept.conname);
      end loop;
      for kept in select * from restored_table loop
        execute format('alter table %s disable trigger user', kept.of_table);
        execute format('delete from %s', kept.of_table);
      end loop;
    end $$`,
)

/** Where CSV of the table is written to. */
export const copyIn = (sql: Sql, { table, columns }: { table: string; columns: string[] }): Promise<Writable> =>
  sql`copy ${sql(table)} (${sql(columns)}) from stdin (format csv)`.writable()

/**
 * Puts triggers and keys back, which checks every row that was copied in, and lets ids go on after the highest. What follows from other
 * tables is worked out anew, since no trigger noted that they changed.
 */
export const finishRestore = command(
  {},
  (sql) => sql`
    do $$
    declare
      kept record;
    begin
      for kept in
        select of_table, a.attname, sequence
        from restored_table t
        join pg_attribute a on a.attrelid = t.oid and a.attnum > 0 and not a.attisdropped
        cross join pg_get_serial_sequence(of_table, a.attname) sequence
        where sequence is not null
      loop
        execute format('select setval(%L, coalesce(max(%I), 0) + 1, false) from %s', kept.sequence, kept.attname, kept.of_table);
      end loop;
      for kept in select * from restored_key loop
        execute format('alter table %s add constraint %I %s', kept.of_table, kept.conname, kept.definition);
      end loop;
      for kept in select * from restored_table loop
        execute format('alter table %s enable trigger user', kept.of_table);
      end loop;
      -- A backup of before has not all of these.
      for kept in
        select c.oid::regclass::text as of_table, c.relname like 'unsettled%' as is_list
        from pg_class c
        join pg_namespace n on n.oid = c.relnamespace
        where ${isDerived(sql)}
      loop
        execute format('delete from %s', kept.of_table);
        if kept.is_list then execute format('insert into %s (days) values (daterange(null, null))', kept.of_table); end if;
      end loop;
      if to_regclass('data_changes') is not null then
        insert into data_changes (kind) values ('figures'), ('access');
      end if;
    end $$`,
)
