import { createHash } from 'node:crypto'
import { mkdtemp, open, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { AppError } from '../errors.ts'
import { LARGEST_FILE, piecesWithin, UnsupportedBody } from './body.ts'

/** What files come as; browsers call a CSV file Excel where that opens it. */
const TYPES = [
  'text/csv',
  'text/tab-separated-values',
  'application/gzip',
  'application/x-gzip',
  'application/octet-stream',
  'application/vnd.ms-excel',
  'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
]
const FORM = 'multipart/form-data'
export const FILE_TYPES = [...TYPES, FORM]

export type Upload = {
  path: string
  /** As its sender called it, without folders. */
  name: string | undefined
  /** The other fields of a form. */
  fields: Record<string, string>
  /** Tells one body from another. */
  digest: string
}

/**
 * Puts the file of a request into a folder of its own while `work` reads it: the body itself, or the part `file` of a form.
 * @throws UnsupportedBody; AppError `too_large` for more than 64 MB, `malformed` for a form without a file
 */
export async function withUpload<T>(request: Request, work: (upload: Upload) => Promise<T>): Promise<T> {
  const type = request.headers.get('content-type') ?? ''
  const base = type.split(';')[0]?.trim().toLowerCase() ?? ''
  if (!FILE_TYPES.includes(base))
    throw new UnsupportedBody(
      'Send the file as text/csv, application/gzip or an Excel workbook, or in a form as multipart/form-data.',
    )
  const folder = await mkdtemp(join(tmpdir(), 'dealdome-upload-'))
  try {
    const path = join(folder, 'body')
    const digest = await received(request, path)
    return await work(
      base === FORM
        ? { ...(await partsOf(path, type, folder)), digest }
        : { path, name: undefined, fields: {}, digest },
    )
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** Writes the body to a file and answers its digest. */
async function received(request: Request, path: string): Promise<string> {
  const hash = createHash('sha256')
  const file = await open(path, 'w')
  try {
    let size = 0
    for await (const piece of piecesWithin(
      request.body ?? new ReadableStream({ start: (c) => c.close() }),
      LARGEST_FILE,
    )) {
      hash.update(piece)
      size += piece.length
      await file.write(piece)
    }
    if (size === 0) throw new AppError('malformed', 'The body is empty: send the file in it.')
  } finally {
    await file.close()
  }
  return hash.digest('hex')
}

async function partsOf(path: string, type: string, folder: string): Promise<Omit<Upload, 'digest'>> {
  const form = await new Response(await Bun.file(path).bytes(), { headers: { 'content-type': type } })
    .formData()
    .catch((cause: unknown) => {
      throw new AppError('malformed', 'The body is not a form as multipart/form-data says.', { cause })
    })
  const file = form.get('file')
  if (!(file instanceof Blob)) throw new AppError('malformed', 'The form has no file in its part "file".')
  if (file.size === 0) throw new AppError('malformed', 'The file is empty.')
  const fields: Record<string, string> = {}
  for (const [field, value] of form) if (typeof value === 'string') fields[field] = value
  const own = join(folder, 'file')
  await Bun.write(own, file)
  const name = 'name' in file && typeof file.name === 'string' ? file.name.split(/[/\\]/).at(-1) : undefined
  return { path: own, name, fields }
}
