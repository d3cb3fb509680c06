import * as v from 'valibot'
import { command, query } from './query.ts'
import { Id } from './units.ts'

type Noticed = {
  alert_id: number
  /** Whether they are told, or only noted because the alert is muted. */
  told: boolean
  /** Whether the same thing is told again when it comes back after its end. */
  again: boolean
  events: { subject: string; store_id: number | null }[]
  now: Date
}
const NOTICED: Noticed = {
  alert_id: 1,
  told: true,
  again: false,
  events: [{ subject: 'order 1', store_id: 1 }],
  now: new Date(0),
}

/** Notes what began, and answers what is new of it: neither open now nor, unless `again`, ever noticed before. The alert must be locked. */
export const openAlertEvents = query(
  v.object({ id: Id, subject: v.string() }),
  NOTICED,
  (sql, { alert_id, told, again, events, now }: Noticed) => sql`
    insert into alert_events (alert_id, store_id, subject, told, opened_at)
    select ${alert_id}, e.store_id, e.subject, ${told}, ${now}
    from json_to_recordset(${JSON.stringify(events)}::text::json) as e (subject text, store_id bigint)
    where not exists (
      select 1 from alert_events o
      where o.alert_id = ${alert_id} and o.subject = e.subject and (o.closed_at is null or not ${again}::boolean))
    order by e.subject
    on conflict do nothing
    returning id, subject`,
)

/** Ends what is over. */
export const closeAlertEvents = command(
  { alert_id: 1, subjects: ['order 1'], now: new Date(0) },
  (sql, { alert_id, subjects, now }: { alert_id: number; subjects: string[]; now: Date }) => sql`
    update alert_events set closed_at = ${now}
    where alert_id = ${alert_id} and closed_at is null and subject = any(${subjects}::text[])`,
)

/** What is still open of an alert: jobs that failed end when nobody names them any more. */
export const listOpenEvents = query(
  v.object({ subject: v.string() }),
  { alert_id: 1 },
  (sql, { alert_id }: { alert_id: number }) =>
    sql`select subject from alert_events where alert_id = ${alert_id} and closed_at is null order by id`,
)
