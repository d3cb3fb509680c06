import { type FileHandle, open } from 'node:fs/promises'
import { AppError } from '../../errors.ts'

/** Characters gathered before they are written. */
const CHUNK = 64 * 1024

/** Writes rows that cannot be booked to a CSV file: line, reason, and the fields as they were. Without such a row there is no file. */
export function rejectsFile(path: string, header: string[]) {
  let file: FileHandle | undefined
  let text = csvLine(['line', 'reason', ...header])
  const write = async () => {
    file ??= await open(path, 'w')
    await file.write(text)
    text = ''
  }
  const orSay = (cause: NodeJS.ErrnoException) => {
    throw new AppError(
      'invalid',
      `The rows that cannot be booked should be listed in ${path}, but it cannot be written (${cause.code ?? cause.message}), so nothing was booked. Make that possible, or correct the rows first.`,
      { cause },
    )
  }
  return {
    async add(line: number, reason: string, fields: string[]) {
      text += csvLine([String(line), reason, ...fields])
      if (!file || text.length > CHUNK) await write().catch(orSay)
    },
    /** Writes what is left. The path of the file, undefined when there was nothing to write. */
    async close(): Promise<string | undefined> {
      if (!file) return undefined
      await write().catch(orSay)
      await file.close()
      return path
    },
  }
}

const csvLine = (fields: string[]) =>
  `${fields.map((field) => (/[",\r\n]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field)).join(',')}\n`
