import { expect, setDefaultTimeout, test } from 'bun:test'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { resolveBinary } from 'dbmate'
import { migrate } from '../../dev/migrate.ts'
import { connect, type Pool } from '../../sql/connect.ts'
import { testDatabase } from '../support/database.ts'

setDefaultTimeout(30_000)
const dir = join(import.meta.dir, '../../db/migrations')
const { sql: template, url } = await testDatabase()
const name = `${new URL(url).pathname.slice(1)}_migrations`
const own = Object.assign(new URL(url), { pathname: `/${name}` }).href

/** Everything that a migration may make, as sorted lines of text. */
async function catalogue(sql: Pool): Promise<string[]> {
  const rows = await sql<{ line: string }[]>`
    select format('column %s.%s %s %s %s %s', c.relname, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull,
                  a.attidentity::text || a.attgenerated::text, pg_get_expr(d.adbin, d.adrelid)) as line
    from pg_attribute a
    join pg_class c on c.oid = a.attrelid and c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'v', 'm', 'p')
    left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
    where a.attnum > 0 and not a.attisdropped
    union all
    select format('table %s %s %s', relname, relkind, relpersistence) from pg_class where relnamespace = 'public'::regnamespace
    union all
    select 'index ' || indexdef from pg_indexes where schemaname = 'public'
    union all
    select format('constraint %s %s %s', conrelid::regclass, conname, pg_get_constraintdef(oid))
    from pg_constraint where connamespace = 'public'::regnamespace
    union all
    select 'trigger ' || pg_get_triggerdef(t.oid)
    from pg_trigger t join pg_class c on c.oid = t.tgrelid where not t.tgisinternal and c.relnamespace = 'public'::regnamespace
    union all
    select 'function ' || pg_get_functiondef(p.oid)
    from pg_proc p
    where p.pronamespace = 'public'::regnamespace and p.prokind = 'f'
      and not exists (select 1 from pg_depend e where e.objid = p.oid and e.deptype = 'e')
    union all
    select format('policy %s %s %s %s %s', tablename, policyname, cmd, qual, with_check) from pg_policies where schemaname = 'public'
    union all
    select 'extension ' || extname from pg_extension
    union all
    select format('comment %s %s', objoid::regclass, description) from pg_description d join pg_class c on c.oid = d.objoid
    where c.relnamespace = 'public'::regnamespace`
  return rows.map((row) => row.line).toSorted()
}

test('migrations go up, down to nothing, and up again to the same catalogue', async () => {
  const dbmate = (command: string) =>
    Bun.spawnSync([resolveBinary(), '--url', own, '--migrations-dir', dir, '--no-dump-schema', command])
  await migrate({ url: own, dir })
  const sql = connect(own, { max: 1 })
  const first = await catalogue(sql)
  expect(first.length).toBeGreaterThan(200)

  for (const file of readdirSync(dir)) {
    const { exitCode, stderr } = dbmate('rollback')
    expect(exitCode === 0 ? '' : `${file}: ${stderr.toString()}`).toBe('')
  }
  const left = (await catalogue(sql)).filter((line) => !/schema_migrations|^extension plpgsql/.test(line))
  expect(left).toEqual([])

  await migrate({ url: own, dir })
  expect(await catalogue(sql)).toEqual(first)
  await sql.end()
  await template`drop database ${template(name)} with (force)`
})
