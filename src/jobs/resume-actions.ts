import { seeing } from '../../sql/connect.ts'
import { listInterruptedActions } from '../../sql/run-action.ts'
import { type ActionDeps, resume } from '../actions/decide.ts'
import { job } from './job.ts'

/**
 * Goes on with approved actions whose process was killed, or whose shop did not answer, every minute for a day: what the shop has done
 * already is seen there and not done again.
 */
export const resumeActionsJob = ({ report, ...deps }: ActionDeps & { report: (error: unknown) => void }) =>
  job(
    'resume_actions',
    async (_, { signal }) => {
      const { sql, now } = deps
      for (const action of await seeing(sql, 'all', (tx) => listInterruptedActions(tx, { now: now() }))) {
        if (signal.aborted) return
        // One that fails unexpectedly keeps no other waiting.
        await resume(deps, action).catch(report)
      }
    },
    { everyMinutes: 1 },
  )
