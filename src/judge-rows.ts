import * as v from 'valibot'
import type { Outcome } from '../sql/upserts.ts'

export type Judged<S extends v.GenericSchema> = {
  good: ({ row: number } & v.InferOutput<S>)[]
  rejected: Outcome[]
}

/** Checks values one by one: those that are rows of the schema, numbered from 1, and why the others are not. */
export function judgeRows<S extends v.GenericSchema<unknown, object>>(values: readonly unknown[], row: S): Judged<S> {
  const judged: Judged<S> = { good: [], rejected: [] }
  for (const [index, value] of values.entries()) {
    const read = v.safeParse(row, value, { abortEarly: true, abortPipeEarly: true })
    if (read.success) judged.good.push(Object.assign({ row: index + 1 }, read.output))
    else judged.rejected.push({ row: index + 1, result: 'rejected', id: null, reason: reasonOf(read.issues[0]) })
  }
  return judged
}

function reasonOf(issue: v.BaseIssue<unknown>): string {
  const path = v.getDotPath(issue)
  if (path === null) return 'is not an object with the fields of a row'
  const message = issue.message.startsWith('Invalid ')
    ? `expected ${issue.expected ?? 'something else'}`
    : issue.message
  return `${path}: ${issue.received === 'undefined' ? 'is missing' : message}`
}
