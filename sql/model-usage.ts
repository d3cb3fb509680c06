import * as v from 'valibot'
import type { Sql } from './connect.ts'
import { get, query } from './query.ts'
import { Count, Minor } from './units.ts'

/** Millionths of a US dollar. */
const MicroUsd = Minor

/** The business day of the team that `now` falls on begins here. */
const dayStart = (sql: Sql, now: Date) => sql`
  (select date_trunc('day', ${now}::timestamptz at time zone time_zone) at time zone time_zone from workspace)`

/** What a person's questions cost on the team's day of `now`, and when that day ends. */
export const getSpentToday = get(
  v.object({ spent: MicroUsd, seconds_left: Count }),
  { user_id: 1, now: new Date(0) },
  (sql, { user_id, now }: { user_id: number; now: Date }) => sql`
    select coalesce(sum(u.cost_micro_usd), 0)::bigint as spent,
           (select ceil(extract(epoch from
              (date_trunc('day', ${now}::timestamptz at time zone time_zone) + interval '1 day') at time zone time_zone - ${now}::timestamptz))
            from workspace)::int as seconds_left
    from model_usage u
    where u.user_id = ${user_id} and u.at >= ${dayStart(sql, now)}`,
)

export type Booked = {
  now: Date
  user_id: number
  conversation_id: number
  message_id: number
  task_id: number | null
  agent: string
  model: string
  input_tokens: number
  output_tokens: number
  cache_read_tokens: number
  cache_write_tokens: number
  /** US dollars per million tokens. */
  price: { input: number; output: number; cache_read: number; cache_write: number }
}
const BOOKED: Booked = {
  now: new Date(0),
  user_id: 1,
  conversation_id: 1,
  message_id: 1,
  task_id: null,
  agent: 'alfred',
  model: 'claude-opus-5-5',
  input_tokens: 1,
  output_tokens: 1,
  cache_read_tokens: 1,
  cache_write_tokens: 1,
  price: { input: 4, output: 20, cache_read: 0.4, cache_write: 5 },
}

/** Books one request to a model, rounded up to a millionth of a dollar; answers its cost and what the person spent on that day with it. */
export const bookModelUsage = get(
  v.object({ cost: MicroUsd, spent: MicroUsd }),
  BOOKED,
  (sql, { now, price, ...b }: Booked) => sql`
    with booked as (
      insert into model_usage (at, user_id, conversation_id, message_id, task_id, agent, model,
                               input_tokens, output_tokens, cache_read_tokens, cache_write_tokens, cost_micro_usd)
      values (${now}, ${b.user_id}, ${b.conversation_id}, ${b.message_id}, ${b.task_id}, ${b.agent}, ${b.model},
              ${b.input_tokens}, ${b.output_tokens}, ${b.cache_read_tokens}, ${b.cache_write_tokens},
              ceil(${b.input_tokens}::int * ${String(price.input)}::numeric + ${b.output_tokens}::int * ${String(price.output)}::numeric
                   + ${b.cache_read_tokens}::int * ${String(price.cache_read)}::numeric
                   + ${b.cache_write_tokens}::int * ${String(price.cache_write)}::numeric)::bigint)
      returning cost_micro_usd)
    select booked.cost_micro_usd as cost,
           booked.cost_micro_usd + coalesce((
             select sum(u.cost_micro_usd) from model_usage u where u.user_id = ${b.user_id} and u.at >= ${dayStart(sql, now)}), 0)::bigint as spent
    from booked`,
)

const Usd = v.pipe(v.string(), v.metadata({ json: 'number' }))

/** What was used on a day by a person, an agent or a model; what was not asked for is null. Costs in US dollars, to a millionth. */
export const ModelUsage = v.object({
  day: v.nullable(v.string()),
  user_id: v.nullable(Count),
  email: v.nullable(v.string()),
  agent: v.nullable(v.string()),
  model: v.nullable(v.string()),
  questions: Count,
  requests: Count,
  input_tokens: Count,
  output_tokens: Count,
  cache_read_tokens: Count,
  cache_write_tokens: Count,
  cost_usd: Usd,
})

export type UsageGroup = 'day' | 'person' | 'agent' | 'model'
type Asked = { user_id: number | null; from: string; to: string; by: readonly UsageGroup[] }

/** Sums of what the models used from `from` to `to` (the team's days, both included), newest day and dearest first; one person's or, with null, everybody's. */
export const listModelUsage = query(
  ModelUsage,
  { user_id: 1, from: '2026-01-01', to: '2026-01-31', by: ['day'] },
  (sql, { user_id, from, to, by }: Asked) => sql`
    select named.day::text as day, named.user_id, named.email, named.agent, named.model,
           count(distinct named.message_id) as questions, count(*) as requests,
           sum(named.input_tokens)::bigint as input_tokens, sum(named.output_tokens)::bigint as output_tokens,
           sum(named.cache_read_tokens)::bigint as cache_read_tokens, sum(named.cache_write_tokens)::bigint as cache_write_tokens,
           (sum(named.cost_micro_usd) / 1000000)::numeric(20, 6) as cost_usd
    from (
      select case when ${by.includes('day')} then (u.at at time zone w.time_zone)::date end as day,
             case when ${by.includes('person')} then u.user_id end as user_id,
             case when ${by.includes('person')} then p.email end as email,
             case when ${by.includes('agent')} then u.agent end as agent,
             case when ${by.includes('model')} then u.model end as model,
             u.message_id, u.input_tokens, u.output_tokens, u.cache_read_tokens, u.cache_write_tokens, u.cost_micro_usd
      from model_usage u
      cross join workspace w
      left join users p on p.id = u.user_id
      where (${user_id}::bigint is null or u.user_id = ${user_id})
        and u.at >= ${from}::date::timestamp at time zone w.time_zone
        and u.at < (${to}::date + 1)::timestamp at time zone w.time_zone) named
    group by 1, 2, 3, 4, 5
    order by 1 desc nulls last, sum(named.cost_micro_usd) desc, 2, 4, 5`,
)
