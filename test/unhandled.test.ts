import { expect, test } from 'bun:test'
import { join } from 'node:path'

/** A process of its own that does `what` and would end by itself after a moment. */
async function run(what: string) {
  const script = `
    import { endOnUnhandled } from ${JSON.stringify(join(import.meta.dir, '../src/unhandled.ts'))}
    import { createLog } from ${JSON.stringify(join(import.meta.dir, '../src/log.ts'))}
    const log = createLog(() => new Date(0), (line) => console.log(line))
    endOnUnhandled({ log, report: (error) => console.log('reported ' + error.message), flush: () => Promise.resolve() })
    ${what}
    await Bun.sleep(200)
    console.log('alive')`
  const child = Bun.spawn([process.execPath, '--no-env-file', '-e', script], { stdio: ['ignore', 'pipe', 'pipe'] })
  const said = await new Response(child.stdout).text()
  return { said: said.trim().split('\n'), code: await child.exited }
}

test('a lost connection that nobody waited for is logged and ends nothing', async () => {
  const lost = `void Promise.reject(Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' }))`
  const { said, code } = await run(lost)
  expect(JSON.parse(said[0]!)).toMatchObject({ level: 'warn', error: 'connect ECONNREFUSED' })
  expect([said[1], code]).toEqual(['alive', 0])
})

test('any other error that nobody waited for is logged, reported, and ends the process', async () => {
  const { said, code } = await run(`void Promise.reject(new TypeError('a fault of ours'))`)
  expect(JSON.parse(said[0]!)).toMatchObject({ level: 'error', message: 'unhandled error', error: 'a fault of ours' })
  expect([said[1], said.length, code]).toEqual(['reported a fault of ours', 2, 1])
})
