import { addAuditEntry } from '../sql/audit-log.ts'
import type { Sql } from '../sql/connect.ts'
import type { Who } from './access.ts'

/** What is noted of a change: never a secret, only that one was set. */
export type Change = { action: string; subject: string; old_value?: unknown; new_value?: unknown }

/**
 * Notes who changed money, access or secrets, in the transaction of the change. `action` is `thing.verb`, such as `user.created`; `who` is
 * null for a command of the terminal.
 */
export async function audit(
  sql: Sql,
  who: Partial<Who> | null,
  { action, subject, old_value, new_value }: Change,
): Promise<void> {
  await addAuditEntry(sql, {
    user_id: who?.user_id ?? null,
    email: who?.email ?? null,
    token_id: who?.token_id ?? null,
    request_id: who?.request_id ?? null,
    action,
    subject,
    old_value: old_value ?? null,
    new_value: new_value ?? null,
  })
}
