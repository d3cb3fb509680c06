import { Elysia } from 'elysia'
import * as v from 'valibot'
import type { Sql } from '../../sql/connect.ts'
import { schemaVersion } from '../../sql/health.ts'
import type { WorkerState } from '../jobs/worker.ts'

const NoAnswer = Symbol('no answer')
const Ready = v.object({ status: v.string(), database: v.string(), migrations: v.string(), worker: v.string() })

type Deps = {
  sql: Sql
  latestMigration: string
  workerState?: () => WorkerState
  /** Whether this process was told to end. */
  leaving?: (() => boolean) | undefined
}

/**
 * `/health`: the process lives. `/ready`: the database answers and has every migration this build knows, and background jobs run if they
 * should in this process, which was not told to end.
 */
export const healthRoutes = ({ sql, latestMigration, workerState, leaving }: Deps) =>
  new Elysia({ tags: ['health'] })
    .get('/health', () => ({ status: 'ok' }), {
      response: v.object({ status: v.string() }),
      detail: { summary: 'The process answers', security: [] },
    })
    .get(
      '/ready',
      async ({ set }) => {
        const late = new Promise<typeof NoAnswer>((resolve) => setTimeout(resolve, 2_000, NoAnswer))
        const answer = await Promise.race([schemaVersion(sql, {}).catch(() => NoAnswer), late])
        const reached = typeof answer === 'object'
        const migrated = reached && (answer.version ?? '') >= latestMigration
        const worker = workerState?.() ?? 'not in this process'
        const ready = migrated && (worker === 'runs' || !workerState) && !leaving?.()
        if (!ready) set.status = 503
        return {
          status: ready ? 'ready' : leaving?.() ? 'going down' : 'not ready',
          database: reached ? 'answers' : 'does not answer',
          migrations: migrated ? 'applied' : reached ? 'missing: run "bun run migrate"' : 'unknown',
          worker,
        }
      },
      {
        response: { 200: Ready, 503: Ready },
        detail: {
          summary: 'The database answers and is migrated, background jobs run, and the process is not about to end',
          security: [],
        },
      },
    )
