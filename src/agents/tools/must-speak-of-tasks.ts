import type { Sql } from '../../../sql/connect.ts'
import { personSaid } from '../../../sql/person-said.ts'
import { AppError } from '../../errors.ts'

/**
 * A task is made or changed when the person speaks of a time or a task in their own words, never because of what a document, an order or a
 * forwarded message says. @throws AppError `conflict`
 */
export async function mustSpeakOfTasks(sql: Sql, conversation_id: number | undefined): Promise<void> {
  if (conversation_id !== undefined && (await personSaid(sql, { conversation_id, content: '' })).schedules) return
  throw new AppError('conflict', 'The person did not ask to schedule or change anything. Ask them first.')
}
