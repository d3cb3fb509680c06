import { errorLine } from './log-line.ts'

export type Part = { command: string[]; cwd: string; env: Record<string, string | undefined> }

/** Milliseconds that a part gets to end by itself after a signal. */
const PATIENCE = 12_000

/**
 * Starts a part of the product as a child process and gives every line of its output to `show`.
 * `ended` resolves with its exit code, or the name of the signal that ended it; `stop` ends it and waits.
 */
export function startPart({ command, cwd, env }: Part, show: (line: string) => void) {
  const child = Bun.spawn(command, { cwd, env, stdin: 'ignore', stdout: 'pipe', stderr: 'pipe' })
  const printed = Promise.all([lines(child.stdout, show), lines(child.stderr, (line) => show(errorLine(line)))])
  return {
    ended: child.exited.then((code) => child.signalCode ?? code),
    stop: async () => {
      child.kill('SIGTERM')
      const late = setTimeout(() => child.kill('SIGKILL'), PATIENCE)
      await child.exited
      clearTimeout(late)
      await printed
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
