import { expect, test } from 'bun:test'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { commandOf, readDockerfile, settingsOf } from '../../dev/dockerfile.ts'

const root = join(import.meta.dir, '../..')
const stages = readDockerfile(readFileSync(join(root, 'Dockerfile'), 'utf8'))
const last = stages.at(-1)!
const of = (name: string) => last.instructions.filter((one) => one.name === name)

test('the image installs what the lockfile says, runs not as root and tells whether it is well', () => {
  for (const stage of stages.slice(0, -1))
    expect(stage.instructions.find(({ name }) => name === 'RUN')?.words).toStartWith('bun install --frozen-lockfile')
  expect(last.from).toBe('oven/bun:1.4.5-slim')
  expect(of('USER')[0]?.words).toBe('bun')
  expect(commandOf(of('CMD')[0]!.words)).toEqual(['bun', 'src/main.ts'])
  expect(of('HEALTHCHECK')[0]?.words).toContain('/health')
})

test('every file that the service takes from outside its folder is copied into the image', async () => {
  const copied = of('COPY').map(({ words }) => words.split(' ').at(-1)!)
  const missing: string[] = []
  for await (const file of new Bun.Glob('{src,sql,dev}/**/*.ts').scan({ cwd: root }))
    for (const [, path = ''] of (await Bun.file(join(root, file)).text()).matchAll(
      /(?:from |import\(|URL\()'(\.\.?\/[^']+)'/g,
    )) {
      const named = join(file, '..', path)
      if (!existsSync(join(root, named)) || /^dev\/(check-image|dev)\b/.test(file)) continue
      const isThere = copied.some((to) => named.startsWith(to)) || ['package.json', 'LICENSE'].includes(named)
      if (!isThere) missing.push(`${file} takes ${named}`)
    }
  expect(missing).toEqual([])
})

test('words of a Dockerfile are read: stages, flags, settings and lines that go on', () => {
  const [one, two] = readDockerfile(
    '# a\nFROM a AS b\nRUN x \\\n # not\n  && y\nFROM c\nCOPY --from=b --chown=d /e f/\n',
  )
  expect(one).toEqual({ from: 'a', name: 'b', instructions: [{ name: 'RUN', words: 'x  && y', flags: {} }] })
  expect(two?.instructions).toEqual([{ name: 'COPY', words: '/e f/', flags: { from: 'b', chown: 'd' } }])
  expect(settingsOf('A="b c" D=$E F=${E}g', { E: 'e' })).toEqual({ A: 'b c', D: 'e', F: 'eg' })
  expect(() => readDockerfile('FROM a\nnonsense')).toThrow('nonsense')
})
