import { Elysia } from 'elysia'
import * as v from 'valibot'
import { listModelUsage, ModelUsage, totalModelUsage, UsageSums } from '../../sql/model-usage.ts'
import { jsonRows } from '../../sql/query.ts'
import { getWorkspace } from '../../sql/stores.ts'
import { mayDo, mustBeAllowed } from '../access.ts'
import { dayIn, Day } from '../day.ts'
import { ExportFormat, exportTable } from '../export/export.ts'
import { usageTable } from '../export/report-tables.ts'
import { json } from './answers.ts'
import { identity, type IdentityDeps } from './identity.ts'
import { IdText } from './inputs.ts'
import { rangeOf } from './ranges.ts'

const GROUPS = ['day', 'person', 'agent', 'model'] as const
const By = v.pipe(
  v.string(),
  v.regex(/^(day|person|agent|model)(,(day|person|agent|model)){0,3}$/, `must be a list of ${GROUPS.join(', ')}`),
  v.description('What the sums are grouped by: a list of day, person, agent, model.'),
  v.transform((list) => GROUPS.filter((group) => list.split(',').includes(group))),
)

/** What the questions to the agents cost. */
export const modelUsageRoutes = (deps: IdentityDeps) =>
  new Elysia({ prefix: '/agents/usage', tags: ['agents'] }).use(identity(deps)).get(
    '',
    ({ db, who, query: { start, end, user_id, by, format } }) => {
      if (user_id !== undefined && user_id !== who.user_id) mustBeAllowed(who, 'admin')
      return db(async (sql) => {
        const { time_zone } = await getWorkspace(sql, {})
        const range = rangeOf({ start, end }, dayIn(time_zone, deps.now()))
        const asked = { ...range, user_id: user_id ?? (mayDo(who, 'admin') ? null : who.user_id) }
        const [rows, total] = await Promise.all([
          jsonRows(sql, listModelUsage, { ...asked, by }),
          jsonRows(sql, totalModelUsage, asked),
        ])
        if (format) return exportTable(usageTable(rows), { format, name: `usage-${range.from}-${range.to}` })
        return json(`{"start":"${range.from}","end":"${range.to}","data":${rows},"total":${total.slice(1, -1)}}`)
      })
    },
    {
      needs: 'agents:use',
      query: v.object({
        start: v.optional(Day),
        end: v.optional(Day),
        user_id: v.optional(IdText),
        by: v.optional(By, 'day'),
        format: v.optional(ExportFormat),
      }),
      response: v.object({ start: Day, end: Day, data: v.array(ModelUsage), total: UsageSums }),
      detail: {
        operationId: 'getModelUsage',
        summary: 'What questions to the agents used and cost, by day, person, agent or model',
        description:
          'Your own use; as an administrator everybody’s, or that of `user_id`. Costs are in US dollars at the prices of that time. What is not grouped by is null.',
      },
    },
  )
