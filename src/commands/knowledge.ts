import { readdir, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { seeing } from '../../sql/connect.ts'
import { AppError, expectedError } from '../errors.ts'
import { readSource, storeSource } from '../ingest/knowledge/add-source.ts'
import { READABLE_ENDINGS } from '../ingest/knowledge/format.ts'
import { addEmbedChunksJob } from '../jobs/embed-chunks.ts'
import { command } from './command.ts'

const READABLE = new RegExp(String.raw`\.(${READABLE_ENDINGS.join('|')})$`, 'i')

/** The files of a path; of a folder those that can be read, with what is below it. */
async function filesOf(path: string): Promise<string[]> {
  const found = await stat(path).catch((cause: unknown) => {
    throw new AppError('not_found', `There is no file ${path}.`, { cause })
  })
  if (!found.isDirectory()) return [path]
  const names = await readdir(path, { recursive: true })
  return names
    .filter((name) => READABLE.test(name))
    .toSorted()
    .map((name) => join(path, name))
}

await command('bun run knowledge add FILE… FOLDER…', async (sql, [verb, ...paths]) => {
  if (verb !== 'add' || paths.length === 0 || paths.some((path) => path.startsWith('-'))) return undefined
  const files = (await Promise.all(paths.map(filesOf))).flat()
  const counts = { created: 0, replaced: 0, unchanged: 0 }
  const refused: string[] = []
  for (const file of files) {
    try {
      const source = await readSource({ name: basename(file), bytes: await Bun.file(file).bytes() })
      const { result } = await seeing(sql, 'all', async (tx) => {
        const added = await storeSource(tx, source)
        if (added.result !== 'unchanged') await addEmbedChunksJob(tx)
        return added
      })
      counts[result]++
      for (const note of source.notes) process.stderr.write(`${file}: ${note}\n`)
    } catch (error) {
      const expected = expectedError(error)
      if (!expected) throw error
      refused.push(`${file}: ${expected.message}`)
    }
  }
  for (const line of refused) process.stderr.write(`${line}\n`)
  const said = `${counts.created} added, ${counts.replaced} replaced, ${counts.unchanged} unchanged`
  if (refused.length > 0) throw new AppError('invalid', `${said}; ${refused.length} could not be read, see above.`)
  return `${said}.`
})
