import { AppError } from '../src/errors.ts'

export type Instruction = { name: string; words: string; flags: Record<string, string> }
export type Stage = { name: string; from: string; instructions: Instruction[] }

/** The stages of a Dockerfile, of the plain kind that ours is: no heredocs, no escapes but the end of a line. */
export function readDockerfile(text: string): Stage[] {
  const stages: Stage[] = []
  const lines = text
    .split('\n')
    .filter((line) => !/^\s*#/.test(line))
    .join('\n')
    .replaceAll(/\\\n\s*/g, ' ')
    .split('\n')
  for (const line of lines) {
    const read = /^([A-Z]+)((?: --[a-z-]+=\S+)*) +(.+)$/.exec(line.trim())
    if (!read) {
      if (line.trim()) throw new AppError('invalid', `This line of the Dockerfile cannot be read: ${line}`)
      continue
    }
    const [, name = '', given = '', words = ''] = read
    const flags = Object.fromEntries([...given.matchAll(/--([a-z-]+)=(\S+)/g)].map(([, key, value]) => [key, value]))
    if (name === 'FROM') {
      const [from = '', , as] = words.split(/\s+/)
      stages.push({ from, name: as ?? String(stages.length), instructions: [] })
    } else {
      const stage = stages.at(-1)
      if (!stage) throw new AppError('invalid', 'The Dockerfile does not begin with FROM.')
      stage.instructions.push({ name, words, flags })
    }
  }
  return stages
}

/** The command of `CMD ["a", "b"]`, or of a line for the shell. */
export const commandOf = (words: string): string[] =>
  words.startsWith('[') ? (JSON.parse(words) as string[]) : ['/bin/sh', '-c', words]

/** `NAME=value NAME="value"` with what is known put in. */
export function settingsOf(words: string, known: Record<string, string>): Record<string, string> {
  const settings: Record<string, string> = {}
  for (const [, name = '', quoted, plain] of words.matchAll(/([\w.]+)=(?:"([^"]*)"|(\S*))/g))
    settings[name] = (quoted ?? plain ?? '').replaceAll(
      /\$\{?(\w+)\}?/g,
      (_, variable: string) => known[variable] ?? '',
    )
  return settings
}
