import { Decrypter } from 'age-encryption'
import { createReadStream } from 'node:fs'
import { open } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { extract } from 'tar-stream'
import * as v from 'valibot'
import { AppError } from '../errors.ts'
import { About, ABOUT, AGE } from './file-format.ts'

export type Entry = { name: string; content: Buffer }

/**
 * The entries of a backup one after the other, each whole in memory: a few megabytes. Throws AppError `invalid` when the file is no backup,
 * is cut off or was changed, or when `identity` (`AGE-SECRET-KEY-1…`) does not open it.
 */
export async function* entriesOf(file: string, identity: string | undefined): AsyncGenerator<Entry> {
  const source = await decrypted(file, identity)
  const archive = extract()
  const unzipped = source.pipe(createGunzip())
  for (const stream of [source, unzipped]) stream.on('error', (error) => archive.destroy(error))
  unzipped.pipe(archive)
  try {
    for await (const entry of archive) {
      const pieces: Uint8Array[] = []
      for await (const piece of entry) pieces.push(piece as Uint8Array)
      yield { name: entry.header.name, content: Buffer.concat(pieces) }
    }
  } catch (cause) {
    if (cause instanceof AppError) throw cause
    throw new AppError('invalid', `${file} is no whole backup: it is damaged, or was cut off.`, { cause })
  } finally {
    source.destroy()
  }
}

async function decrypted(file: string, identity: string | undefined): Promise<Readable> {
  const handle = await open(file).catch((cause: unknown) => {
    throw new AppError('not_found', `There is no file ${file}.`, { cause })
  })
  const head = (await handle.read(Buffer.alloc(AGE.length), 0, AGE.length, 0)).buffer.toString('latin1')
  await handle.close()
  const stream = createReadStream(file)
  if (head !== AGE) return stream
  if (!identity)
    throw new AppError('invalid', 'The backup is encrypted. Set BACKUP_IDENTITY to its key (AGE-SECRET-KEY-1…).')
  const age = new Decrypter()
  try {
    age.addIdentity(identity)
    const opened = await age.decrypt(Readable.toWeb(stream) as unknown as ReadableStream<Uint8Array>)
    return Readable.fromWeb(opened)
  } catch (cause) {
    stream.destroy()
    throw new AppError('invalid', 'BACKUP_IDENTITY does not open this backup.', { cause })
  }
}

/** What the backup says of itself. */
export async function aboutBackup(file: string, identity: string | undefined): Promise<About> {
  for await (const { name, content } of entriesOf(file, identity)) {
    if (name !== ABOUT) break
    const about = v.safeParse(v.pipe(v.string(), v.parseJson(), About), content.toString())
    if (about.success) return about.output
  }
  throw new AppError('invalid', `${file} is no backup of DealDome.`)
}
