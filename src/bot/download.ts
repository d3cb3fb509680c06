import { mkdtemp, open, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { AppError } from '../errors.ts'

/** Bots may download no more. */
export const MOST_BYTES = 20 * 1024 * 1024
/** Milliseconds that Telegram gets to send a file. */
const PATIENCE = 60_000

export type Download = (file_id: string) => Promise<Response>

/**
 * How files are fetched from Telegram. Their address holds the bot's token, so it is told to nobody: neither in an error nor in a log.
 */
export const createDownload =
  (
    describe: (file_id: string) => Promise<{ file_path?: string }>,
    { root, token }: { root: string; token: string },
  ): Download =>
  async (file_id) => {
    const { file_path } = await describe(file_id)
    if (file_path === undefined) throw new AppError('unavailable', 'Telegram does not give this file. Send it again.')
    try {
      return await fetch(`${root}/file/bot${token}/${file_path}`, { signal: AbortSignal.timeout(PATIENCE) })
    } catch {
      throw new AppError('unavailable', 'Telegram did not send the file in time. Send it again.')
    }
  }

/** Puts a file into a folder of its own while `work` reads it. @throws AppError `too_large` for more than 20 MB, `unavailable` */
export async function withDownload<T>(
  download: Download,
  file_id: string,
  work: (path: string) => Promise<T>,
): Promise<T> {
  const response = await download(file_id)
  if (!response.ok || !response.body)
    throw new AppError('unavailable', 'Telegram does not give this file. Send it again.')
  const folder = await mkdtemp(join(tmpdir(), 'dealdome-telegram-'))
  try {
    const path = join(folder, 'file')
    const file = await open(path, 'w')
    try {
      let size = 0
      for await (const piece of response.body) {
        size += piece.length
        if (size > MOST_BYTES) throw tooLarge()
        await file.write(piece)
      }
    } finally {
      await file.close()
    }
    return await work(path)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

export const tooLarge = () =>
  new AppError('too_large', 'This file is larger than 20 MB, which is as much as Telegram gives to bots. Send it in parts, or over REST (POST /imports/…, up to 64 MB).') // prettier-ignore
