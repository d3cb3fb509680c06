import { mkdirSync } from 'node:fs'
import os from 'node:os'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { benchDatabase, say } from './bench-database.ts'
import { SIZES } from './fill.ts'
import { type Measured, measureServing, peaksOf } from './serving.ts'
import { type Question, questionsOf } from './questions.ts'
import { sameAnswers } from './same-answers.ts'
import { type Server, signIn, startPlain, startService } from './servers.ts'

/**
 * `bun run bench`: what a read costs, beside a plain variant of the same service, at 1, 16 and 64 clients. Writes bench.json and bench.md
 * below .data. `--quick` takes the small database and short rounds; `--size small|large`, `--only daily,summary`, `--rounds`, `--fresh`;
 * `--beside ../other` measures the service of another checkout as well, in the same rounds.
 */
const { values: given } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    fresh: { type: 'boolean', default: false },
    size: { type: 'string' },
    only: { type: 'string' },
    rounds: { type: 'string' },
    clients: { type: 'string', default: '1,16,64' },
    beside: { type: 'string' },
  },
})
const size = (given.size ?? (given.quick ? 'small' : 'large')) as keyof typeof SIZES
const rounds = Number(given.rounds ?? (given.quick ? 2 : 5))
const today = new Date().toISOString().slice(0, 10)
const folder = join(import.meta.dir, '../.data')
const only = given.only?.split(',')
const questions = (Object.entries(questionsOf(today)) as [Question, string][]).filter(
  ([name]) => only?.includes(name) ?? true,
)

const HEAD = [
  '| question | clients | server | answers/s (least–most) | ÷ plain | p50 ms | p99 ms | server µs | database µs |',
  '| --- | --- | --- | --- | --- | --- | --- | --- | --- |',
].join('\n')
/** A line of the table; the plain variant of the same question stands above it. */
function row(
  { question, clients, server, perSecond: [least, median, most], ...one }: Measured,
  table: Measured[],
): string {
  const plain = table.find(
    (other) => other.question === question && other.clients === clients && other.server === 'plain',
  )
  const ratio = plain ? (median / plain.perSecond[1]).toFixed(2) : '1.00'
  const cells = [question, clients, server, `${median.toFixed(0)} (${least.toFixed(0)}–${most.toFixed(0)})`, ratio, one.p50.toFixed(2), one.p99.toFixed(2), one.serverCpu.toFixed(0), one.databaseCpu.toFixed(0)] // prettier-ignore
  return `| ${cells.join(' | ')} |`
}

const database = await benchDatabase(size, today, given)
const servers: Server[] = []
try {
  const service = await startService(database.appUrl, 'service', { KEPT_ANSWERS_MB: '0' })
  servers.push(await startPlain(database.ownerUrl, today))
  if (given.beside)
    servers.push(await startService(database.appUrl, 'beside', { KEPT_ANSWERS_MB: '0' }, resolve(given.beside)))
  servers.push(service, await startService(database.appUrl, 'repeated'))
  const token = await signIn(service)
  await sameAnswers(servers, questions, token)
  say(HEAD)
  const table: Measured[] = []
  await measureServing(
    servers,
    {
      questions,
      clients: given.clients.split(',').map(Number),
      rounds,
      ms: given.quick ? 400 : 1_500,
      token,
      backend: database.backend,
    },
    (line) => {
      table.push(line)
      say(row(line, table))
    },
  )
  const machine = `${os.cpus()[0]?.model.trim() ?? 'unknown'} × ${os.cpus().length}, Bun ${Bun.version}, PostgreSQL ${database.version}`
  const rest = servers.map(({ name, readyAfter, atRest }) => {
    const peak = peaksOf(servers).find((one) => one.name === name)?.peak
    return `${name}: ready after ${readyAfter.toFixed(0)} ms, ${atRest} MB at rest, ${peak} MB at most`
  })
  mkdirSync(folder, { recursive: true })
  await Bun.write(
    join(folder, 'bench.json'),
    JSON.stringify({ machine, size, ...SIZES[size], rounds, rest, table }, null, 2),
  )
  await Bun.write(
    join(folder, 'bench.md'),
    [machine, '', ...rest, '', HEAD, ...table.map((line) => row(line, table))].join('\n'),
  )
  for (const line of rest) say(line)
} finally {
  for (const server of servers) await server.stop()
  await database.stop()
}
