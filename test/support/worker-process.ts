// A process of its own with a job worker: it takes a job, says "working" and never ends it, until it is killed.
import { connect } from '../../sql/connect.ts'
import { createWorker } from '../../src/jobs/worker.ts'

const [databaseUrl = '', effect = 'before'] = process.argv.slice(2)
const sql = connect(databaseUrl, { max: 2 })
const note = (job: string) => sql`insert into effects (job) values (${job}) on conflict do nothing`
const worker = createWorker({
  sql,
  now: () => new Date(),
  log: () => {},
  databaseUrl,
  jobs: [
    {
      name: 'sweep',
      run: async (payload) => {
        const work = note((payload as { job: string }).job)
        if (effect === 'after') await work
        console.log('working')
        await new Promise(() => {})
      },
    },
  ],
})
worker.start()
