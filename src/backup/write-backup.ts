import { Encrypter } from 'age-encryption'
import { createHash } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { rename, rm } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGzip } from 'node:zlib'
import { pack, type Pack } from 'tar-stream'
import { copyOut, copyOutUsers, type KeptTable, keptTables, mayLeave } from '../../sql/backup.ts'
import { seeing, transaction, type Sql } from '../../sql/connect.ts'
import { schemaVersion } from '../../sql/health.ts'
import { snapshot } from '../../sql/snapshot.ts'
import { type About, ABOUT, TOTALS, type Totals } from './file-format.ts'

/** Bytes of a part: what is held in memory at once. */
const PART = 4 * 1024 * 1024

type Written = {
  file: string
  recipients: readonly string[]
  release: string
  now: () => Date
  /** For a person: without what somebody could sign in or act with. */
  toLeave?: boolean
}

/**
 * Writes all that the database holds at one moment into `file`, which exists only once it is whole. With `recipients` (`age1…`) nobody but
 * who has one of their keys can read it, this service included. Resolves to what it holds.
 */
export async function writeBackup(
  sql: Sql,
  { file, recipients, release, now, toLeave = false }: Written,
): Promise<Totals> {
  const archive = pack()
  const unfinished = `${file}.unfinished`
  try {
    const [totals] = await Promise.all([
      fill(sql, archive, { release, made_at: now().toISOString() }, toLeave).catch((error: unknown) => {
        archive.destroy(error as Error)
        throw error
      }),
      pipeline(await encrypted(Readable.from(archive).pipe(createGzip()), recipients), createWriteStream(unfinished)),
    ])
    await rename(unfinished, file)
    return totals
  } catch (error) {
    await rm(unfinished, { force: true })
    throw error
  }
}

async function encrypted(stream: Readable, recipients: readonly string[]): Promise<Readable> {
  if (recipients.length === 0) return stream
  const age = new Encrypter()
  for (const recipient of recipients) age.addRecipient(recipient)
  const sealed = await age.encrypt(Readable.toWeb(stream) as unknown as ReadableStream<Uint8Array>)
  return Readable.fromWeb(sealed)
}

const fill = (sql: Sql, archive: Pack, made: Pick<About, 'release' | 'made_at'>, toLeave: boolean): Promise<Totals> =>
  transaction(sql, async (tx) => {
    await snapshot(tx, {})
    return seeing(
      tx,
      'all',
      async (all) => {
        const { version } = await schemaVersion(all, {})
        const tables = (await keptTables(all, {})).filter((kept) => !toLeave || mayLeave(kept))
        const about: About = {
          format: 'dealdome backup 1',
          migration: version ?? '',
          ...made,
          tables: tables.map(({ table, columns }) => ({ table, columns })),
        }
        await add(archive, ABOUT, JSON.stringify(about))
        const totals: Totals = {}
        for (const kept of tables) totals[kept.table] = await addTable(archive, kept, await rowsOf(all, kept, toLeave))
        await add(archive, TOTALS, JSON.stringify(totals))
        archive.finalize()
        return totals
      },
      'all',
    )
  })

const rowsOf = (sql: Sql, kept: Pick<KeptTable, 'table' | 'columns'>, toLeave: boolean): Promise<Readable> =>
  toLeave && kept.table === 'public.users' ? copyOutUsers(sql, kept.columns) : copyOut(sql, kept)

async function addTable(archive: Pack, kept: { table: string }, rows: Readable) {
  const hash = createHash('sha256')
  let [bytes, part, held] = [0, 0, 0]
  let pieces: Uint8Array[] = []
  const flush = async () => {
    if (held === 0) return
    await add(archive, `${kept.table}/${String(++part).padStart(6, '0')}.csv`, Buffer.concat(pieces))
    ;[pieces, held] = [[], 0]
  }
  // A piece is one line, so that parts end with whole lines.
  for await (const piece of rows) {
    const line = piece as Uint8Array
    hash.update(line)
    bytes += line.length
    held += line.length
    pieces.push(line)
    if (held >= PART) await flush()
  }
  await flush()
  return { bytes, sha256: hash.digest('hex') }
}

/** Adds an entry; resolves once the reader of the archive has taken it. */
async function add(archive: Pack, name: string, text: string | Buffer): Promise<void> {
  const content = Buffer.from(text)
  const written = Promise.withResolvers<void>()
  const entry = archive.entry({ name, size: content.length }, (error) =>
    error ? written.reject(error) : written.resolve(),
  )
  entry.end(content)
  await written.promise
}
