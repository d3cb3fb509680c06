import type { Sql } from '../../sql/connect.ts'
import { backUp, type BackUp } from '../backup/back-up.ts'
import type { Log } from '../log.ts'
import { job } from './job.ts'

/** Makes a backup every day, where there is a folder for them. */
export const backUpJob = ({ sql, log, to }: { sql: Sql; log: Log; to: BackUp | undefined }) =>
  job(
    'back_up',
    async () => {
      if (!to) return
      const { file, removed } = await backUp(sql, to)
      log('info', 'a backup was made', { file, removed: removed.length })
    },
    { everyMinutes: 24 * 60 },
  )
