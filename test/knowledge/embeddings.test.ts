import { afterAll, describe, expect, test } from 'bun:test'
import { createEmbeddings, DIMENSIONS } from '../../src/knowledge/embeddings.ts'
import { startOpenai } from '../support/openai.ts'

const openai = startOpenai()
afterAll(() => openai.stop())
const model = 'text-embedding-3-small'
const given = { apiKey: async (): Promise<string | undefined> => openai.key, baseURL: openai.url, model, maxRetries: 2 }
const embeddings = createEmbeddings(given)
const vector = (text: string | undefined) => JSON.parse(text ?? '[]') as number[]
const failure = (work: Promise<unknown>) => work.then(() => undefined, (error: unknown) => error) // prettier-ignore
const cosine = (one: number[], other: number[]) => one.reduce((sum, value, at) => sum + value * (other[at] ?? 0), 0)
const asked = () => openai.requests.length

describe('embeddings', () => {
  test('come one a text, in their order, at 1536 numbers', async () => {
    const [returns, again, shipping] = (
      await embeddings.embed(['return window', 'the return windows', 'free shipping'])
    ).map(vector)
    expect([returns?.length, again?.length, shipping?.length]).toEqual([DIMENSIONS, DIMENSIONS, DIMENSIONS])
    expect(cosine(returns!, again!)).toBeGreaterThan(0.9)
    expect(cosine(returns!, shipping!)).toBeLessThan(0.2)
    expect(openai.requests.at(-1)).toMatchObject({ dimensions: DIMENSIONS, encoding_format: 'base64', model })
  })

  test('are asked for in batches within the limits of the API', async () => {
    const before = asked()
    expect(await embeddings.embed(Array.from({ length: 2_500 }, (_, at) => `text ${at}`))).toHaveLength(2_500)
    expect(openai.requests.slice(before).map(({ input }) => input.length)).toEqual([2_048, 452])
    await embeddings.embed(Array.from({ length: 50 }, () => 'long word '.repeat(800)))
    expect(openai.requests.slice(before + 2).map(({ input }) => input.length)).toEqual([37, 13])
    expect(await failure(embeddings.embed(['x'.repeat(9_000)]))).toBeInstanceOf(RangeError)
  })

  test('are asked for again after 429 and 5xx, and only then', async () => {
    openai.fail([{ status: 429 }, { status: 500 }])
    const before = asked()
    expect(await embeddings.embed(['again'])).toHaveLength(1)
    expect(asked() - before).toBe(3)
    openai.fail([{ status: 401 }])
    await failure(embeddings.embed(['once']))
    expect(asked() - before).toBe(4)
  })

  test('that do not come are said in a sentence', async () => {
    const said = async (faults: Parameters<typeof openai.fail>[0], changes = {}) => {
      openai.fail(faults)
      const error = await failure(createEmbeddings({ ...given, maxRetries: 0, ...changes }).embed(['x']))
      openai.fail([])
      expect(error).toMatchObject({ code: 'unavailable' })
      return (error as Error).message
    }
    expect(await said([{ status: 503 }])).toBe('OpenAI does not answer at the moment.')
    expect(await said([{ status: 429 }])).toBe('OpenAI takes no more texts from us at the moment.')
    expect(await said([{ status: 429, code: 'insufficient_quota' }])).toContain('credit')
    expect(await said([{ size: 1_000 }])).toBe(
      'The embedding model text-embedding-3-small gave vectors of 1000 numbers instead of 1536. An administrator has to check EMBEDDING_MODEL.',
    )
    expect(await said([{ wait: 2_000 }], { timeout: 50 })).toBe('OpenAI does not answer at the moment.')
    expect(await said([], { apiKey: async () => 'sk-wrong' })).toContain('OPENAI_API_KEY')
    expect(await said([], { apiKey: async () => undefined })).toBe('No key for OpenAI is set (OPENAI_API_KEY).')
    expect(await said([], { model: 'text-embedding-9' })).toContain('no model "text-embedding-9"')
    expect(await said([], { baseURL: 'http://127.0.0.1:1/v1' })).toBe('OpenAI does not answer at the moment.')
  })
})

test('the stand-in refuses what the API refuses', async () => {
  const post = async (body: unknown, key = openai.key) => {
    const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' }
    const answer = await fetch(`${openai.url}/embeddings`, { method: 'POST', headers, body: JSON.stringify(body) })
    return answer.status
  }
  const good = { model, input: 'x' }
  expect(await post(good)).toBe(200)
  expect(await post(good, 'sk-other')).toBe(401)
  for (const bad of [
    { ...good, input: '' },
    { ...good, input: [] },
    { ...good, input: ['a', ''] },
    { ...good, input: Array.from({ length: 2_049 }, () => 'a') },
    { ...good, input: 'x '.repeat(13_000) },
    { ...good, input: Array.from({ length: 40 }, () => 'x'.repeat(24_000)) },
    { ...good, dimensions: 1_537 },
    { ...good, model: 'text-embedding-ada-002', dimensions: 512 },
    { ...good, encoding_format: 'hex' },
    { ...good, temperature: 1 },
    'x',
  ])
    expect([bad, await post(bad)]).toEqual([bad, 400])
  expect(await post({ ...good, model: 'gpt' })).toBe(404)
  const headers = { authorization: `Bearer ${openai.key}` }
  const floats = await fetch(`${openai.url}/embeddings`, {
    method: 'POST',
    headers,
    body: JSON.stringify({ ...good, model: 'text-embedding-3-large' }),
  })
  const { data } = (await floats.json()) as { data: { embedding: number[] }[] }
  expect(data[0]?.embedding).toHaveLength(3_072)
})
