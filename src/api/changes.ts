import type { Outcome, Posted } from '../../sql/upserts.ts'

/**
 * What an upsert of hand-posted figures changed, for the audit log: old and new values of every changed row. Undefined when nothing did.
 */
export function changesOf(outcomes: (Posted | Outcome)[]) {
  const changed = outcomes.filter(
    (outcome): outcome is Posted =>
      'new_value' in outcome && (outcome.result === 'created' || outcome.result === 'updated'),
  )
  if (changed.length === 0) return undefined
  return {
    subject: `${changed.length} ${changed.length === 1 ? 'row' : 'rows'}`,
    old_value: changed.flatMap(({ old_value }) => (old_value === null ? [] : [old_value])),
    new_value: changed.map(({ new_value }) => new_value),
  }
}
