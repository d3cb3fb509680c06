import { AppError } from '../errors.ts'
import { LARGEST_FILE } from '../ingest/knowledge/add-source.ts'
import { CONTENT_TYPES } from '../ingest/knowledge/format.ts'
import { bytesWithin, UnsupportedBody } from './body.ts'

const FORM = 'multipart/form-data'
/** Bytes that a form may have around its file. */
const AROUND = 64 * 1024

/** What the file of a source comes as. */
export const SOURCE_TYPES = [...Object.keys(CONTENT_TYPES), 'application/octet-stream', FORM]

export type SourceFile = {
  bytes: Uint8Array
  type: string | undefined
  name: string | undefined
  /** The other fields of a form. */
  fields: Record<string, string>
}

/**
 * The file of a request: the body itself, or the only file of a form.
 * @throws UnsupportedBody; AppError `too_large`, `malformed` for a form that is broken or has not one file
 */
export async function readSourceFile(request: Request): Promise<SourceFile> {
  const given = request.headers.get('content-type') ?? ''
  const type = given.split(';')[0]?.trim().toLowerCase() ?? ''
  if (!SOURCE_TYPES.includes(type))
    throw new UnsupportedBody('Send JSON with the text, or a file as one of the content types in /openapi.json.')
  const bytes = await bytesWithin(request.body, type === FORM ? LARGEST_FILE + AROUND : LARGEST_FILE)
  if (type !== FORM) return { bytes, type, name: undefined, fields: {} }
  const form = await new Response(bytes, { headers: { 'content-type': given } }).formData().catch((cause: unknown) => {
    throw new AppError('malformed', 'The body is not a form as multipart/form-data says.', { cause })
  })
  const files: File[] = []
  const fields: Record<string, string> = {}
  for (const [field, value] of form) {
    if (typeof value === 'string') fields[field] = value
    else files.push(value)
  }
  const [file] = files
  if (!file || files.length > 1) throw new AppError('malformed', 'Send one file in the form, as its part "file".')
  return { bytes: await file.bytes(), type: file.type.split(';')[0], name: file.name, fields }
}
