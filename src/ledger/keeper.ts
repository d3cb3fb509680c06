import type { ChangedRecord } from '../../sql/import-changes.ts'

/** Keeps how records were before a change, and which ones are new, for whoever may want to take the change back. */
export type Keeper = {
  before: (record: ChangedRecord, ids: number[]) => Promise<unknown>
  created: (record: ChangedRecord, ids: number[]) => Promise<unknown>
}

export const keepsNothing: Keeper = { before: () => Promise.resolve(), created: () => Promise.resolve() }
