import * as v from 'valibot'

/**
 * A backup is a gzipped tar of CSV, encrypted with age where it has a recipient: standard tools open it (`age -d | tar xz`). First comes
 * `about.json`, then each table in parts of a few megabytes, last `totals.json`, without which it is not whole.
 */
export const About = v.object({
  format: v.literal('dealdome backup 1'),
  /** The newest migration of the database it was made of. */
  migration: v.string(),
  made_at: v.string(),
  release: v.string(),
  tables: v.array(v.object({ table: v.string(), columns: v.array(v.string()) })),
})
export type About = v.InferOutput<typeof About>

/** By table: its lines, and the SHA-256 of its CSV. */
export const Totals = v.record(v.string(), v.object({ bytes: v.number(), sha256: v.string() }))
export type Totals = v.InferOutput<typeof Totals>

export const ABOUT = 'about.json'
export const TOTALS = 'totals.json'

/** The bytes with which a file encrypted by age begins. */
export const AGE = 'age-encryption.org/v1'
