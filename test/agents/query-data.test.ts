import { describe, expect, test } from 'bun:test'
import { answerQuestion, askViews, becomeReader } from '../../sql/ask.ts'
import { seeing, transaction } from '../../sql/connect.ts'
import { VIEWS, viewsOf } from '../../src/agents/one-select.ts'
import { queryData } from '../../src/agents/tools/query-data.ts'
import { appPool } from '../support/api.ts'
import { april } from '../support/april.ts'
import { anAsker } from '../support/asker.ts'
import { testDatabase } from '../support/database.ts'

const database = await testDatabase()
const { sql } = database
const { nl } = await april(sql)
const service = appPool(database.appUrl)
const ann = await anAsker({ owner: sql, service })
const limited = await anAsker({ owner: sql, service }, { stores: [nl.id] })
const asked = (text: string, asker = ann) =>
  asker.call('query_data', { question: 'What is asked?', sql: text }, [queryData])
async function rowsOf(text: string, asker = ann) {
  const { output, isError } = await asked(text, asker)
  expect(isError ? output : '').toBe('')
  return (output as { rows: Record<string, unknown>[] }).rows
}

describe('a question', () => {
  test('is answered with exact decimals, and called ad hoc', async () => {
    const { output } = await asked(`
      select store, sum(revenue) as revenue, sum(orders) as orders from daily_profit where day >= '2026-04-01' group by store order by store;`)
    expect(output).toMatchObject({
      label: 'ad hoc',
      rows: [
        { store: 'jp', revenue: 3200, orders: 2 },
        { store: 'nl', revenue: '15820.40', orders: 2 },
        { store: 'uk', revenue: '80.00', orders: 1 },
      ],
    })
  })

  test('may use WITH, joins, windows and dates', async () => {
    expect(
      await rowsOf(`with big as (select product, sum(amount) as sold from order_lines group by product)
        select coalesce(b.product, 'other') as product, round(100 * b.sold / sum(b.sold) over (), 1) as share, rank() over (order by b.sold desc)
        from big b left join products p on p.product = b.product where b.sold > 5000 and extract(year from date '2026-04-01') = 2026 order by 2 desc`),
    ).toMatchObject([{ product: 'Oak table' }, { product: 'Oak chair' }])
  })

  test('adds up to the same as the report, from days and from orders', async () => {
    const [days] = await rowsOf(
      `select sum(revenue) as revenue, sum(cogs) as cogs, sum(cm3) as cm3 from daily_profit where store = 'nl'`,
    )
    const [orders] = await rowsOf(
      `select sum(revenue) as revenue, sum(cogs) as cogs from order_facts where store = 'nl'`,
    )
    expect(days).toEqual({ revenue: '15820.40', cogs: '3955.10', cm3: '5919.89' })
    expect(orders).toEqual({ revenue: '15820.40', cogs: '3955.10' })
  })

  test('sees the stores of the asker and no others, in every view', async () => {
    for (const view of VIEWS) {
      const rows = await rowsOf(`select * from ${view}`, limited)
      expect(JSON.stringify(rows)).not.toMatch(/"(uk|jp)"|United|Japan|GBP|JPY/)
    }
    expect(await rowsOf('select store from stores', limited)).toEqual([{ store: 'nl' }])
    expect(await rowsOf('select store from stores order by 1')).toHaveLength(3)
  })

  test('gets at most 200 rows, and is told that there are more', async () => {
    const { output } = await asked('select n from generate_series(1, 500) n')
    expect((output as { rows: object[] }).rows).toHaveLength(200)
    expect(output).toMatchObject({
      hint: 'There are more than 200 rows, these are the first. Group or filter to see all.',
    })
  })

  test('that is wrong comes back with what Postgres says, so that it can be asked better', async () => {
    expect(await asked('select profit from daily_profit')).toMatchObject({
      isError: true,
      output: 'Postgres says: column "profit" does not exist.',
    })
    expect(await asked('select 1 / (select 0) as n')).toMatchObject({
      isError: true,
      output: 'Postgres says: division by zero.',
    })
    expect(ann.reported).toEqual([])
  })

  test('needs rights to reports, orders and products; fixed costs stay with those who see them', async () => {
    const viewer = await anAsker({ owner: sql, service }, { role: 'viewer' })
    expect(await asked('select 1 as n', viewer)).toMatchObject({ isError: true })
    const marketer = await anAsker({ owner: sql, service }, { role: 'marketer' })
    expect(await asked('select amount from fixed_costs', marketer)).toMatchObject({ isError: true })
    expect(
      await asked('with x as (select * from (select amount from ask.fixed_costs) y) select 1 as n from x', marketer),
    ).toMatchObject({ isError: true })
    expect(await rowsOf('select amount from ad_spend order by 1', marketer)).toHaveLength(2)
  })

  test('that takes long or plans to read too much is stopped', async () => {
    const lines = 'order_lines a cross join order_lines b'
    const crowd = Array.from({ length: 6 }, (_, at) => `generate_series(1, 1000) s${at}`).join(', ')
    expect(await asked(`select count(*) from ${crowd}`)).toMatchObject({
      isError: true,
      output: expect.stringContaining('reads too much'),
    })
    expect(await asked('select count(*) from generate_series(1, 1000000000) n')).toMatchObject({
      isError: true,
      output: expect.stringMatching(/reads too much|longer than 2 seconds/),
    })
    expect(await rowsOf(`select count(*) as n from ${lines}`)).toHaveLength(1)
  })
})

/** What is tried by whoever wants more than an answer. */
const ATTACKS: [what: string, text: string][] = [
  ['two statements', 'select 1; select 2'],
  ['two statements behind a comment', 'select 1 -- \n; drop table orders'],
  ['a write', "update orders set status = 'test'"],
  ['a write in WITH', 'with gone as (delete from orders returning id) select * from gone'],
  ['an insert in WITH', "with made as (insert into stores (slug) values ('x') returning id) select * from made"],
  ['a data definition', 'create table t (n int)'],
  ['a copy to a program', "copy (select 1) to program 'id'"],
  ['a copy', 'copy orders to stdout'],
  ['a do block', "do $$ begin perform 1; end $$"],
  ['a call', 'call something()'],
  ['a new table by select', 'select * into stolen from orders'],
  ['a lock', 'select * from stores for update'],
  ['a lock inside', 'select * from (select * from stores for share) s'],
  ['another role', 'set role dealdome_app'],
  ['the first role', 'reset role'],
  ['another session', 'set session authorization postgres'],
  ['all stores by set', "set dealdome.stores = 'all'"],
  ['all stores by function', "select set_config('dealdome.stores', 'all', true)"],
  ['all stores by function in a condition', "select * from stores where set_config('dealdome.stores', 'all', true) is not null"],
  ['another role by function', "select set_config('role', 'none', true)"],
  ['a function with a schema', "select pg_catalog.set_config('dealdome.stores', 'all', true)"],
  ['a function in quotes', `select "set_config"('dealdome.stores', 'all', true)`],
  ['a function in unicode quotes', `select U&"set\\005fconfig"('dealdome.stores', 'all', true)`],
  ['settings', "select current_setting('dealdome.stores')"],
  ['a file', "select pg_read_file('/etc/passwd')"],
  ['a folder', "select pg_ls_dir('.')"],
  ['a file by lo_import', "select lo_import('/etc/passwd')"],
  ['a file by lo_export', "select lo_export(1, '/tmp/x')"],
  ['a nap', 'select pg_sleep(60)'],
  ['a nap in a function in FROM', 'select * from pg_sleep(60)'],
  ['another database', "select * from dblink('dbname=postgres', 'select 1') as t (n int)"],
  ['an advisory lock', 'select pg_advisory_lock(1)'],
  ['another process', 'select pg_terminate_backend(1)'],
  ['a query in a query', "select query_to_xml('select * from users', true, true, '')"],
  ['a table in a query', "select table_to_xml('users', true, true, '')"],
  ['a notification', "select pg_notify('x', 'y')"],
  ['a sequence', "select nextval('orders_id_seq')"],
  ['much out of little', "select repeat('x', 1000000000)"],
  ['a table', 'select * from public.orders'],
  ['a table without its schema', 'select * from ledger_entries'],
  ['the users', 'select email, password_hash from users'],
  ['the users in a subquery', 'select (select password_hash from public.users limit 1)'],
  ['the users in a condition', "select 1 where exists (select 1 from users where email like 'o%')"],
  ['the users by TABLE', 'table users'],
  ['statistics', 'select * from pg_stats'],
  ['statistics with their schema', 'select most_common_vals from pg_catalog.pg_stats'],
  ['the catalogue', 'select * from pg_class'],
  ['the information schema', 'select * from information_schema.tables'],
  ['running queries', 'select query from pg_stat_activity'],
  ['logins', 'select rolname from pg_authid'],
  ['a view by another database', 'select * from dealdome.ask.stores'],
  ['a view by another schema', 'select * from public.stores'],
  ['a name as an object', "select 'users'::regclass"],
  ['the number of an object', "select 'users'::regclass::oid"],
  ['who is asking', 'select current_user'],
  ['who is asking, short', 'select user'],
  ['an operator with a schema', 'select 1 operator(public.+) 2'],
  ['a sample', 'select * from stores tablesample system (10)'],
  ['XML', "select xmlparse(document '<a/>')"],
  ['a parameter', 'select $1'],
  ['a table named like a view of WITH elsewhere', 'select * from (with users as (select 1) select * from users) a, users b'],
  ['our own function', "select ask.answer('select 1', 1, 1)"],
  ['functions of the tables', 'select product_is_sold(1)'],
  ['the shares of other stores', "select * from revenue_shares(array['2026-04-13'::date])"],
  ['an explain that runs', 'explain analyze select 1'],
  ['a cursor', 'declare c cursor for select 1'],
  ['a prepared statement', 'prepare p as select 1'],
  ['a listener', 'listen x'],
  ['nothing', '--        '],
  ['no SQL', 'give me everything'],
  ['a NUL', 'select 1\0; drop table orders'],
] // prettier-ignore

describe('an attack is refused before it reaches the database', () => {
  for (const [what, text] of ATTACKS)
    test(what, async () => {
      expect(() => viewsOf(text)).toThrow()
      expect(await asked(text)).toMatchObject({ isError: true })
    })
})

describe('the database holds too, should the parser be fooled', () => {
  const direct = (question: string, stores: 'all' | number[] = [nl.id]) =>
    seeing(service, stores, async (tx) => {
      await becomeReader(tx, {})
      return answerQuestion(tx, { question, most: 200, most_cost: 1e9 })
    }).then(({ rows }) => rows, (error: Error) => `refused: ${error.message}`) // prettier-ignore

  test('the reader has the views and nothing else', async () => {
    for (const table of [
      'public.orders',
      'public.stores',
      'public.users',
      'public.sessions',
      'public.ledger_entries',
      'public.receipts',
      'public.messages',
    ])
      expect(await direct(`select * from ${table}`)).toStartWith('refused: permission denied')
    expect(await direct("select pg_read_file('/etc/passwd')")).toStartWith('refused: permission denied')
    expect(await direct("select lo_import('/etc/passwd')")).toMatch(
      /^refused: (permission denied|must be superuser|cannot execute)/,
    )
    expect(await direct('select rolpassword from pg_authid')).toStartWith('refused: permission denied')
  })

  test('whoever lifts the limits of stores in a question gets nothing', async () => {
    for (const lift of [
      "set_config('dealdome.stores', 'all', true)",
      "set_config('dealdome.stores', 'all', false)",
      "set_config('role', 'none', true)",
      "set_config('statement_timeout', '0', true)",
    ])
      expect(await direct(`select store from ask.stores, (select ${lift}) s`)).toStartWith('refused:')
    expect(JSON.parse(await direct('select store from ask.stores'))).toEqual([{ store: 'nl' }])
  })

  test('nothing can be written, by one statement or by several', async () => {
    for (const write of [
      'delete from public.orders',
      'create table t (n int)',
      'create temp table t (n int)',
      'select 1; delete from public.orders',
      'with d as (delete from ask.stores returning store) select * from d',
    ])
      expect(await direct(write, 'all')).toStartWith('refused:')
    expect((await sql`select id from orders`).length).toBeGreaterThan(3)
  })

  test('a nap ends after two seconds', async () => {
    expect(await direct('select pg_sleep(30)')).toBe('refused: canceling statement due to statement timeout')
  })

  test('the role ends with its transaction', async () => {
    await direct('select 1 as n')
    const [after] = await transaction(service, (tx) => tx<{ role: string }[]>`select current_user::text as role`)
    expect(after!.role).not.toBe('dealdome_reader')
  })
})

test('the description names every view and column that there is', async () => {
  const views = await askViews(sql, {})
  expect(views.map(({ view }) => view)).toEqual([...VIEWS].toSorted())
  for (const { view, columns, about } of views) {
    expect(queryData.description).toContain(`${view}(${columns})`)
    expect(about).toMatch(/\w/)
  }
})
