import { expect, test } from 'bun:test'
import { connect } from '../../sql/connect.ts'
import { isKeptAddress } from '../../src/api/kept-answers.ts'
import { testApi } from '../support/api.ts'
import { april } from '../support/april.ts'
import { testDatabase } from '../support/database.ts'

/** Read by all requests, to find out who asks and how often; changes of rights end what is remembered in another way. */
const ABOUT_THE_ASKER = ['sessions', 'users', 'api_tokens', 'rate_windows', 'data_changes', 'idempotency_keys']
/** Follow from tables that tell, and are right whether they are up to date or not. */
const DERIVED = ['settled_days', 'unsettled_days']

const database = await testDatabase()
const { sql } = database
const pool = connect(database.appUrl, { max: 4 })
const api = await testApi(database, { sql: pool })
await april(sql)
const { token } = await api.someone('owner')

test('every table that a kept answer is made of tells when it changes', async () => {
  const paths = api.app.routes
    .filter(({ method, path }) => method === 'GET' && isKeptAddress(path))
    .flatMap(({ path }) =>
      path.includes(':') ? ['1', '2', 'nl', '2026-04'].map((id) => path.replace(/:\w+/g, id)) : [path],
    )
  expect(paths.length).toBeGreaterThan(20)
  await sql`select pg_stat_reset()`
  let answered = 0
  for (const path of paths)
    for (const query of [
      '',
      '?start=2026-04-01&end=2026-04-13',
      '?start=2026-04-01&end=2026-04-13&store=nl&compare=previous',
    ])
      if ((await api.get(path + query, token)).status === 200) answered++
  expect(answered).toBeGreaterThan(20)
  // What a connection did is counted at the latest when it ends.
  await pool.end({ timeout: 5 })
  const read = await sql<{ table: string; tells: boolean }[]>`
    select s.relname as table, exists (
             select 1 from pg_trigger t where t.tgrelid = s.relid and t.tgfoid = 'tell_change'::regproc) as tells
    from pg_stat_user_tables s
    where s.schemaname = 'public' and coalesce(s.seq_scan, 0) + coalesce(s.idx_scan, 0) > 0
    order by 1`
  expect(read.map(({ table }) => table)).toContain('ledger_entries')
  const silent = read.filter(({ table, tells }) => !tells && ![...ABOUT_THE_ASKER, ...DERIVED].includes(table))
  expect(silent.map(({ table }) => table)).toEqual([])
})
