import { errorLine } from './log-line.ts'

export type Part = { name: string; command: string[]; cwd: string; env: Record<string, string | undefined> }

/** Milliseconds that parts get to end by themselves after a signal. */
const PATIENCE = 12_000

/**
 * Starts the parts of the product as child processes and prints their output line by line.
 * `ended` resolves with the first part that ends by itself; `stop` ends them all and waits.
 */
export function startParts(parts: Part[], show: (part: string, line: string) => void) {
  const children = parts.map((part) => {
    const child = Bun.spawn(part.command, {
      cwd: part.cwd,
      env: part.env,
      stdin: 'ignore',
      stdout: 'pipe',
      stderr: 'pipe',
    })
    const printed = Promise.all([
      lines(child.stdout, (l) => show(part.name, l)),
      lines(child.stderr, (l) => show(part.name, errorLine(l))),
    ])
    return { name: part.name, child, printed }
  })
  return {
    ended: Promise.race(children.map(async ({ name, child }) => ({ name, code: await child.exited }))),
    stop: async () => {
      for (const { child } of children) child.kill('SIGTERM')
      const late = setTimeout(() => {
        for (const { child } of children) child.kill('SIGKILL')
      }, PATIENCE)
      await Promise.all(children.map(({ child, printed }) => Promise.all([child.exited, printed])))
      clearTimeout(late)
    },
  }
}

async function lines(from: ReadableStream<Uint8Array>, print: (line: string) => void) {
  let rest = ''
  const decoder = new TextDecoder()
  for await (const chunk of from) {
    const all = (rest + decoder.decode(chunk, { stream: true })).split('\n')
    rest = all.pop() ?? ''
    all.forEach(print)
  }
  if (rest) print(rest)
}
