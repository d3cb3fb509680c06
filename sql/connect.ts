import postgres from 'postgres'

/** A pool or an open transaction: what every query takes first. `bigint` columns arrive as exact numbers. */
export type Sql = postgres.ISql<{ bigint: number }>
export type Pool = postgres.Sql<{ bigint: number }>

const exactNumber = (text: string) => {
  const value = Number(text)
  if (!Number.isSafeInteger(value)) throw new RangeError('a bigint from the database is beyond 2^53; cast it to text')
  return value
}

/**
 * Opens a pool. Numbers: `bigint` as exact number (throws beyond 2^53), `numeric` as decimal text. Days: `date` as `YYYY-MM-DD` text.
 * Rows of stores stay hidden from the pool, see `seeing`, unless it `sees` all of them: our own work such as booking and signing in.
 * One that is `held` keeps its connections for good, for locks that last as long as they do. One that only `reads` refuses to write and gives a
 * connection one statement at a time, so that none waits behind a long one; each is planned once per connection, see `seeing`, which takes
 * longer than to run it: 2.6 to 4.4 ms of planning and 1 to 3 ms of work for a page of a list.
 * Few connections on purpose: 4 to 8 gave the best tail on 2 cores.
 */
export function connect(
  url: string,
  options: { max?: number; name?: string; sees?: 'all'; held?: boolean; reads?: boolean } = {},
): Pool {
  return postgres(url, {
    max: options.max ?? 8,
    onnotice: () => {},
    // The driver ends a connection after 30 to 60 minutes, and with it the locks that it holds.
    ...(options.held && { max_lifetime: null }),
    ...(options.reads && { max_pipeline: 0 }),
    // Seconds between tries while the database is away: with the driver's own, requests hung 17 s after an outage of 4.
    backoff: () => 0.25,
    connection: {
      application_name: options.name ?? 'dealdome',
      TimeZone: 'UTC',
      ...(options.sees && { 'dealdome.stores': options.sees }),
      ...(options.reads && { default_transaction_read_only: true, plan_cache_mode: 'force_generic_plan' }),
    },
    types: {
      bigint: { to: 20, from: [20], parse: exactNumber, serialize: String },
      date: { to: 1082, from: [1082], parse: (text: string) => text, serialize: (day: string) => day },
    },
  })
}

/** Runs `work` in a transaction; inside an open one, in a savepoint. */
export function transaction<T>(sql: Sql, work: (tx: Sql) => Promise<T>): Promise<T> {
  const open = sql as unknown as {
    begin?: (run: (tx: Sql) => Promise<T>) => Promise<T>
    savepoint?: (run: (tx: Sql) => Promise<T>) => Promise<T>
  }
  if (open.begin) return open.begin(work)
  if (open.savepoint) return open.savepoint(work)
  throw new TypeError('transaction() needs a pool or an open transaction')
}

/** The stores whose rows a piece of work may see: all, or these ids. */
export type SeenStores = 'all' | readonly number[]

/** Whose own rows, such as memories, a piece of work may see: those of this user, or everybody's. */
export type SeenPerson = number | 'all'

/**
 * Runs `work` in a transaction that sees the rows of these stores and no others, and what is one person's own only of `person`, whatever
 * its statements say: row-level security in the database holds the limit. The limit travels together with the first statement, so it costs
 * no round trip of its own. With `plansOnce` a statement is planned once per connection and not for each set of arguments, which pays for
 * reports, whose plan takes longer than they do (18 ms for the P&L), and not for lists, whose plan hangs on how many stores are seen.
 */
export function seeing<T>(
  sql: Sql,
  stores: SeenStores,
  work: (tx: Sql) => Promise<T>,
  person?: SeenPerson,
  { plansOnce = false } = {},
): Promise<T> {
  const value = stores === 'all' ? 'all' : `{${stores.join(',')}}`
  const whose = person === undefined ? '' : String(person)
  return transaction(sql, async (tx) => {
    const plans = plansOnce ? 'force_generic_plan' : 'auto'
    const limited =
      tx`select set_config('dealdome.stores', ${value}, true), set_config('dealdome.person', ${whose}, true), set_config('plan_cache_mode', ${plans}, true)`.execute()
    const [result] = await Promise.all([work(tx), limited])
    return result
  })
}

/** Like `seeing`, for work that only reads: answers without waiting for the end of the transaction, which has nothing to keep. */
export function reading<T>(...[sql, stores, work, person, options]: Parameters<typeof seeing<T>>): Promise<T> {
  return new Promise((resolve, reject) => {
    const whole = seeing(sql, stores, (tx) => work(tx).then((result) => (resolve(result), result)), person, options)
    whole.catch(reject)
  })
}
