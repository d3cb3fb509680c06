import { appendFileSync } from 'node:fs'
import { join } from 'node:path'

const ROOT = join(import.meta.dir, '../..')
/** They walk all routes, so they say nothing about one of them. */
const WALKERS = /\/(access|openapi|document|docs-page|hostile|unseen-store|fuzz|routes)\.test\.ts$/
/** Where calls are noted; unset: nowhere. */
const NOTES = process.env['ROUTE_CALLS']

export type RouteTest = { route: string; file: string; name: string }
type Note = { route: string; file: string; line: number }

const noted = new Set<string>()

/** The line of the running test that asks, for `noteCall`; undefined unless calls are noted. */
export function askingLine(): Omit<Note, 'route'> | undefined {
  if (!NOTES) return undefined
  // The outermost frame in a test file is the test itself, whatever functions of the file it went through.
  const frame = [...(new Error().stack ?? '').matchAll(/\/(test\/[\w/.-]+\.test\.ts):(\d+)/g)].at(-1)
  return frame?.[1] && !WALKERS.test(frame[1]) ? { file: frame[1], line: Number(frame[2]) } : undefined
}

/** Notes that a test called a route and got what it is for. */
export function noteCall(route: string, from: Omit<Note, 'route'> | undefined): void {
  const key = JSON.stringify({ route, ...from })
  if (!NOTES || !from || noted.has(key)) return
  noted.add(key)
  appendFileSync(NOTES, `${key}\n`)
}

/** Every test that called a route with success, from the notes of a run; first those in the file that is named after the route. */
export async function notedTests(): Promise<RouteTest[]> {
  const notes = (await Bun.file(NOTES ?? '').text())
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Note)
  const sorted = notes.toSorted((a, b) => fit(b) - fit(a) || a.file.localeCompare(b.file) || a.line - b.line)
  const sources = new Map<string, string[]>()
  for (const { file } of sorted)
    if (!sources.has(file)) sources.set(file, (await Bun.file(join(ROOT, file)).text()).split('\n'))
  return sorted.flatMap(({ route, file, line }) => {
    const name = testAt(sources.get(file) ?? [], line)
    return name === undefined ? [] : [{ route, file, name }]
  })
}

/** How many words the name of a test file has in common with the route; 0 when it has one that the route lacks. */
function fit({ route, file }: Note): number {
  const words = /([\w-]+)\.test\.ts$/.exec(file)?.[1]?.split('-') ?? []
  return words.every((word) => route.includes(word.replace(/s$/, ''))) ? words.length : 0
}

/**
 * A test that asks a route of a service in a process of its own, where calls are not noted: the first in a file that names the address.
 */
export async function testNaming(route: string): Promise<RouteTest | undefined> {
  const [, address = ''] = route.split(' ')
  for await (const file of new Bun.Glob('test/**/*.test.ts').scan({ cwd: ROOT })) {
    const source = await Bun.file(join(ROOT, file)).text()
    const name = WALKERS.test(file) || !source.includes(address) ? undefined : TEST.exec(source)?.[3]
    if (name !== undefined) return { route, file, name }
  }
  return undefined
}

const TEST = /^( *)(?:test|it)(?:\.[\w.]+\(.*?\))?\(\s*(['"`])(.+)\2,/m

/** The name of the test around a line; undefined for a line of a helper. */
function testAt(source: readonly string[], line: number): string | undefined {
  for (let at = line - 1; at >= 0; at--) {
    const [, indent = '', , name] = TEST.exec(source[at] ?? '') ?? []
    if (name === undefined) continue
    const hasEnded = source.slice(at + 1, line - 1).some((one) => one.startsWith(`${indent}})`))
    return hasEnded ? undefined : name
  }
  return undefined
}

/** Whether a test of this name stands in the file. */
export async function isTest({ file, name }: Omit<RouteTest, 'route'>): Promise<boolean> {
  const source = Bun.file(join(ROOT, file))
  return (await source.exists()) && (await source.text()).split('\n').some((line) => TEST.exec(line)?.[3] === name)
}
