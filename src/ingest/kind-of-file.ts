import type { ImportKind } from '../../sql/imports.ts'
import { HEADER_WITHIN, recognise } from './recognise.ts'
import { fileRecords } from './records.ts'

/** What kind of rows a file holds, told by its first records; undefined for one that we cannot tell. @throws AppError for one that cannot be read */
export async function kindOfFile(path: string, name: string): Promise<ImportKind | undefined> {
  const { records } = await fileRecords(path, { name })
  const first: string[][] = []
  for await (const { fields } of records) {
    first.push(fields)
    if (first.length >= HEADER_WITHIN) break
  }
  return recognise(first)?.kind
}
