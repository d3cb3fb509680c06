import * as v from 'valibot'
import type { Sql } from './connect.ts'
import { get, query } from './query.ts'
import { Count, Id, Minor } from './units.ts'

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

/** Sums of what models used. Costs in US dollars, to a millionth. */
export const UsageSums = v.object({
  questions: Count,
  requests: Count,
  input_tokens: Count,
  output_tokens: Count,
  cache_read_tokens: Count,
  cache_write_tokens: Count,
  cost_usd: Usd,
})

/** What was used on a day by a person, an agent or a model; what was not asked for is null. */
export const ModelUsage = v.object({
  day: v.nullable(v.string()),
  user_id: v.nullable(Id),
  email: v.nullable(v.string()),
  agent: v.nullable(v.string()),
  model: v.nullable(v.string()),
  ...UsageSums.entries,
})

export type UsageGroup = 'day' | 'person' | 'agent' | 'model'
/** The team's days, both included; one person's use or, with null, everybody's. */
type Asked = { user_id: number | null; from: string; to: string }
const ASKED: Asked = { user_id: 1, from: '2026-01-01', to: '2026-01-31' }

const used = (sql: Sql, { user_id, from, to }: Asked) => sql`
  select u.user_id, u.message_id, u.agent, u.model, u.input_tokens, u.output_tokens, u.cache_read_tokens, u.cache_write_tokens,
         u.cost_micro_usd, (u.at at time zone w.time_zone)::date as day, p.email
  from model_usage u
  cross join workspace w
  left join users p on p.id = u.user_id
  where (${user_id}::bigint is null or u.user_id = ${user_id})
    and u.at >= ${from}::date::timestamp at time zone w.time_zone
    and u.at < (${to}::date + 1)::timestamp at time zone w.time_zone`

const sums = (sql: Sql) => sql`
  count(distinct message_id) as questions, count(*) as requests,
  coalesce(sum(input_tokens), 0)::bigint as input_tokens, coalesce(sum(output_tokens), 0)::bigint as output_tokens,
  coalesce(sum(cache_read_tokens), 0)::bigint as cache_read_tokens,
  coalesce(sum(cache_write_tokens), 0)::bigint as cache_write_tokens,
  (coalesce(sum(cost_micro_usd), 0) / 1000000)::numeric(20, 6) as cost_usd`

/** What models used by day, person, agent or model: newest day first, then the dearest. */
export const listModelUsage = query(
  ModelUsage,
  { ...ASKED, by: ['day'] },
  (sql, { by, ...asked }: Asked & { by: readonly UsageGroup[] }) => sql`
    select day, user_id, email, agent, model, ${sums(sql)}
    from (
      select case when ${by.includes('day')} then day end as day,
             case when ${by.includes('person')} then user_id end as user_id,
             case when ${by.includes('person')} then email end as email,
             case when ${by.includes('agent')} then agent end as agent,
             case when ${by.includes('model')} then model end as model,
             message_id, input_tokens, output_tokens, cache_read_tokens, cache_write_tokens, cost_micro_usd
      from (${used(sql, asked)}) used) named
    group by day, user_id, email, agent, model
    order by day desc nulls last, sum(cost_micro_usd) desc, user_id, agent, model`,
)

export const totalModelUsage = get(
  UsageSums,
  ASKED,
  (sql, asked: Asked) => sql`select ${sums(sql)} from (${used(sql, asked)}) used`,
)
