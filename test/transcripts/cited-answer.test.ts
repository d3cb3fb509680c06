import { afterAll, expect, test } from 'bun:test'
import { calls, cites, resultsOf, says } from '../support/anthropic-turns.ts'
import { startAnthropic } from '../support/anthropic.ts'
import { testDatabase } from '../support/database.ts'
import { startOpenai } from '../support/openai.ts'
import { startService } from '../support/service.ts'
import { OWNER } from '../support/team.ts'
import { transcript } from '../support/transcript.ts'
import { until } from '../support/until.ts'

const { appUrl } = await testDatabase()
const claude = await startAnthropic()
const openai = startOpenai()
const service = await startService({
  DATABASE_URL: appUrl,
  ADMIN_EMAIL: OWNER.email,
  ADMIN_PASSWORD: OWNER.password,
  ANTHROPIC_API_KEY: claude.key,
  ANTHROPIC_BASE_URL: claude.url,
  OPENAI_API_KEY: openai.key,
  OPENAI_BASE_URL: openai.url,
})
afterAll(async () => {
  await service.stop()
  await Promise.all([claude.stop(), openai.stop()])
  const secrets = [claude.key, openai.key, OWNER.password]
  for (const secret of secrets) expect(JSON.stringify(service.logs)).not.toContain(secret)
  expect(service.logs.filter(({ level }) => level === 'error')).toEqual([])
})

async function api(path: string, json?: object, token = '') {
  const headers = { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) }
  const response = await fetch(service.url + path, {
    headers,
    ...(json && { method: 'POST', body: JSON.stringify(json) }),
  })
  return (await response.json()) as Record<string, unknown>
}
const token = String((await api('/auth/login', OWNER))['token'])

const LESSON = {
  title: 'Lesson 3: Returns',
  url: 'https://videos.example.com/watch?v=3',
  text: `WEBVTT

00:00:05.000 --> 00:00:50.000
<v Maya>Welcome to the lesson on returns.

00:02:05.000 --> 00:02:50.000
<v Maya>Customers may send goods back as long as the return window is open: two weeks from delivery.

00:04:05.000 --> 00:04:50.000
<v Maya>A damaged parcel is refunded at once, without waiting for it to come back.`,
}

test('a question about the material in free text: Alfred asks Elisa, who answers with the lesson, its minute and a link', async () => {
  const page = transcript('A cited answer from the material')
  const source = await api('/sources', LESSON, token)
  expect(source).toMatchObject({ result: 'created', status: 'embedding', chunks: 3 })
  await until('a job has embedded the lesson', async () => {
    const { status } = await api(`/sources/${String(source['id'])}`, undefined, token)
    return status === 'ready'
  })
  expect(openai.requests.map(({ input }) => input.length)).toEqual([3])

  const question = 'When may customers send goods back?'
  claude.script([
    calls('route_to_agent', { agent: 'elisa', question }),
    calls('search_knowledge', { query: 'send goods back, return window' }),
    cites('As long as the return window is open: two weeks from delivery (Lesson 3: Returns, at 2:05).', 0),
    (request) => {
      const { answer } = resultsOf(request)[0]!.result as { answer: string }
      return says(`Elisa found it. ${answer}`)
    },
  ])
  const answer = await api('/agents/messages', { text: question }, token)
  expect(answer).toMatchObject({
    agent: 'alfred',
    text: 'Elisa found it. As long as the return window is open: two weeks from delivery (Lesson 3: Returns, at 2:05).',
    citations: [
      {
        source_id: source['id'],
        title: 'Lesson 3: Returns',
        place: '2:05',
        url: 'https://videos.example.com/watch?v=3&t=125',
      },
    ],
  })
  expect(claude.requests.flatMap(({ refused }) => refused ?? [])).toEqual([])
  page.add('Ann', question)
  page.toolCalls(claude.requests)
  page.add('Alfred', String(answer['text']))
  for (const { title, place, url } of answer['citations'] as Record<string, string>[])
    page.add('source', `${title}, ${place}: ${url}`)

  const unknown = 'What does the material say about quantum chromodynamics?'
  claude.script([
    calls('search_knowledge', { query: 'quantum chromodynamics' }),
    (request) => {
      expect(resultsOf(request)[0]?.result).toContain('Nothing in the material answers this.')
      return says('That is not in the material.')
    },
  ])
  const nothing = await api('/agents/messages', { text: unknown, agent: 'elisa' }, token)
  expect(nothing).toMatchObject({ agent: 'elisa', text: 'That is not in the material.', citations: [] })
  page.add('Ann', unknown)
  page.toolCalls(claude.requests)
  page.add('Elisa', String(nothing['text']))
  page.print()
})
