import { afterAll, beforeEach, describe, expect, test } from 'bun:test'
import { embedAll } from '../../src/ingest/knowledge/embed-chunks.ts'
import { createEmbeddings } from '../../src/knowledge/embeddings.ts'
import { problemOf, testApi } from '../support/api.ts'
import { testDatabase } from '../support/database.ts'
import { aPdf } from '../support/files.ts'
import { startOpenai } from '../support/openai.ts'

const database = await testDatabase()
const { sql } = database
const openai = startOpenai()
afterAll(() => openai.stop())
let key: string | undefined = openai.key
const given = { apiKey: async () => key, baseURL: openai.url, maxRetries: 0 }
const embeddings = createEmbeddings({ ...given, model: 'text-embedding-3-small' })
const api = await testApi(database, { embeddings })
const { token, id: owner_id } = await api.someone('owner')

beforeEach(async () => {
  key = openai.key
  await sql`delete from sources`
  await sql`select graphile_worker.complete_jobs(array(select id from graphile_worker.jobs))`
})

type Row = Record<string, unknown>
const rows = (body: Row) => body['data'] as Row[]
const add = async (json: object) => (await api.post('/sources', json, token)).body
const search = async (q: string, more = '') => (await api.get(`/chunks?q=${encodeURIComponent(q)}${more}`, token)).body
const embed = () => embedAll(sql, embeddings)
const cue = (minute: number, text: string) => `00:0${minute}:00.000 --> 00:0${minute}:50.000\n${text}`
const LESSON = {
  title: 'Lesson 3: Returns',
  url: 'https://videos.example.com/3?x=1',
  text: `WEBVTT\n\n${[cue(0, 'Welcome to the lesson on shipping.'), cue(2, 'The return window is fourteen days.'), cue(4, 'A damaged parcel is refunded at once.')].join('\n\n')}`,
}
const HANDBOOK = {
  title: 'Handbook',
  format: 'markdown',
  text: '# Refunds\n\nAn owner approves refunds above 100 euros.\n\n# Werktijden\n\nWij werken niet op zondag en de winkel is dan gesloten voor iedereen.',
}

describe('a source', () => {
  test('added as JSON is found at once, and embedded by a job', async () => {
    const { body, status, headers } = await api.post('/sources', LESSON, token)
    expect([status, headers.has('etag')]).toEqual([201, true])
    expect(body).toMatchObject({
      kind: 'video',
      format: 'transcript',
      duration: 290,
      status: 'embedding',
      chunks: 3,
      embedded: 0,
      result: 'created',
    })
    const [found] = rows(await search('return window'))
    expect(found).toMatchObject({
      video_id: body['id'],
      content: 'The return window is fourteen days.',
      start_time: 120,
      end_time: 170,
      title: LESSON.title,
      url: LESSON.url,
      similarity: null,
    })
    const [job] = await sql<{ name: string }[]>`select task_identifier as name from graphile_worker.jobs`
    expect(job?.name).toBe('embed_chunks')
    expect(await embed()).toBe(3)
    expect((await api.get(`/sources/${String(body['id'])}`, token)).body).toMatchObject({
      status: 'ready',
      embedded: 3,
      embedding_model: 'text-embedding-3-small',
    })
    expect(rows(await search('return window'))[0]?.['similarity']).toBeGreaterThan(0.3)
  })

  test('sent again replaces what it said; the same again changes nothing, and what stayed keeps its embedding', async () => {
    const { id } = await add(LESSON)
    await embed()
    expect(await add(LESSON)).toMatchObject({ id, result: 'unchanged' })
    const changed = { ...LESSON, text: LESSON.text.replace('fourteen', 'thirty') }
    expect(await add(changed)).toMatchObject({ id, result: 'replaced', chunks: 3, embedded: 2, status: 'embedding' })
    const renamed = await api.post('/sources', { ...changed, title: 'Lesson 3' }, token)
    expect([renamed.status, renamed.body]).toEqual([
      200,
      expect.objectContaining({ id, title: 'Lesson 3', embedded: 0 }),
    ])
    expect(rows(await search('fourteen'))).toEqual([])
    expect(rows(await search('"thirty days"'))).toHaveLength(1)
    expect(rows((await api.get('/sources', token)).body)).toHaveLength(1)
  })

  test('says the same thing twice in one chunk, and what two sources say is found once', async () => {
    const text = 'Parcels leave at noon.'
    const { id } = await add({
      title: 'One',
      text: `# One\n\n${text}\n\n# Two\n\nx\n\n# One\n\n${text}`,
      format: 'markdown',
    })
    expect((await api.get(`/sources/${String(id)}`, token)).body['chunks']).toBe(2)
    await add({ title: 'One', kind: 'resource', text, format: 'markdown' })
    expect(rows(await search('parcels at noon'))).toHaveLength(1)
  })

  test('comes as a file, alone or in a form, with what is known of it', async () => {
    const send = (path: string, body: string | Uint8Array | FormData, type?: string) =>
      api.app
        .handle(
          new Request(`http://localhost${path}`, {
            method: 'POST',
            body,
            headers: { authorization: `Bearer ${token}`, ...(type && { 'content-type': type }) },
          }),
        )
        .then(async (answer) => ({ status: answer.status, body: (await answer.json()) as Row }))
    const pdf = aPdf([['Invoices are paid in 30 days.']])
    expect(await send('/sources?title=Terms&url=https://example.com/terms', pdf, 'application/pdf')).toMatchObject({
      status: 201,
      body: { title: 'Terms', format: 'pdf', kind: 'document', url: 'https://example.com/terms' },
    })
    expect(rows(await search('when are invoices paid'))[0]).toMatchObject({ page: 1, video_id: null, start_time: null })
    const form = new FormData()
    form.set(
      'file',
      new File(['WEBVTT\n\n00:01.000 --> 00:02.000\nHello parcels'], 'lesson 1.vtt', { type: 'text/vtt' }),
    )
    form.set('url', 'https://example.com/1')
    expect(await send('/sources', form)).toMatchObject({
      status: 201,
      body: { title: 'lesson 1', kind: 'video', url: 'https://example.com/1' },
    })
    expect(await send('/sources?name=a.srt', 'no cues', 'application/octet-stream')).toMatchObject({ status: 422 })
    expect(await send('/sources', 'x', 'image/png')).toMatchObject({ status: 415 })
    expect(await send('/sources', 'x', 'multipart/form-data; boundary=y')).toMatchObject({ status: 400 })
    expect(await send('/sources?kind=song', pdf, 'application/pdf')).toMatchObject({ status: 422 })
    form.set('url', 'javascript:alert(1)')
    expect(await send('/sources', form)).toMatchObject({
      status: 422,
      body: { detail: expect.stringContaining("form's url must be an address") },
    })
    form.append('second', new File(['x'], 'x.txt'))
    expect(await send('/sources', form)).toMatchObject({ status: 400 })
    expect(await send('/sources', 'x'.repeat(20 * 1024 * 1024 + 1), 'text/plain')).toMatchObject({ status: 413 })
  })

  test('whose address is no link of the web, or that holds nothing, is refused', async () => {
    for (const [bad, detail] of [
      [{ ...LESSON, url: 'javascript:alert(1)' }, 'Check url.'],
      [{ ...LESSON, url: 'file:///etc/passwd' }, 'Check url.'],
      [{ ...LESSON, kind: 'song' }, 'Check kind.'],
      [{ ...LESSON, text: '' }, 'Check text.'],
      [{ ...LESSON, text: '   ' }, 'The file holds no text.'],
      [{ text: 'no title' }, 'Give the source a title: the file has none of its own.'],
      [{ ...LESSON, text: 'WEBVTT\n\n' }, 'The transcript holds no cue with a time and a text.'],
      [{ ...LESSON, owner: 1 }, 'Check owner.'],
    ] as const)
      expect(problemOf(await api.post('/sources', bad, token), 422).detail).toBe(detail)
  })

  test('is forgotten with its chunks, and that is noted', async () => {
    const { id } = await add(LESSON)
    expect((await api.send(`/sources/${String(id)}`, { method: 'DELETE', token })).status).toBe(204)
    expect(await sql`select id from chunks`).toHaveLength(0)
    problemOf(await api.get(`/sources/${String(id)}`, token), 404)
    const noted = rows((await api.get('/audit-log?limit=2', token)).body).map(({ action }) => action)
    expect(noted).toEqual(['source.deleted', 'source.created'])
  })
})

describe('videos and chunks', () => {
  test('have the documented fields', async () => {
    const { id } = await add(LESSON)
    await add(HANDBOOK)
    expect(rows((await api.get('/videos', token)).body)).toEqual([
      { id, title: LESSON.title, url: LESSON.url, duration: 290, created_at: expect.stringMatching(/Z$/) },
    ])
    const { body } = await api.get(`/videos/${String(id)}/chunks`, token)
    expect(rows(body).map(({ start_time, content }) => [start_time, content])).toEqual([
      [0, 'Welcome to the lesson on shipping.'],
      [120, 'The return window is fourteen days.'],
      [240, 'A damaged parcel is refunded at once.'],
    ])
    expect(rows(body)[0]).toMatchObject({
      id: expect.any(Number),
      video_id: id,
      end_time: 50,
      created_at: expect.stringMatching(/Z$/),
    })
    expect(rows(body)[0]).not.toHaveProperty('embedding')
  })

  test('carry their embedding only when it is asked for', async () => {
    const { id } = await add(LESSON)
    await embed()
    for (const path of [`/videos/${String(id)}/chunks?include=embedding`, '/chunks?q=parcel&include=embedding'])
      expect(rows((await api.get(path, token)).body)[0]?.['embedding']).toHaveLength(1536)
  })

  test('a document is no video', async () => {
    const { id } = await add(HANDBOOK)
    problemOf(await api.get(`/videos/${String(id)}/chunks`, token), 404)
    expect(rows(await search('refunds', '&kind=video'))).toEqual([])
    expect(rows(await search('refunds', '&kind=document'))).toHaveLength(1)
    expect(rows(await search('refunds', `&source_id=${Number(id) + 1}`))).toEqual([])
  })

  test('one is forgotten alone', async () => {
    const { id } = await add(LESSON)
    const [first] = rows((await api.get(`/videos/${String(id)}/chunks`, token)).body)
    expect((await api.send(`/chunks/${String(first?.['id'])}`, { method: 'DELETE', token })).status).toBe(204)
    expect(rows((await api.get(`/videos/${String(id)}/chunks`, token)).body)).toHaveLength(2)
  })
})

describe('a search', () => {
  test('finds other forms of a word in the language of the text', async () => {
    await add(HANDBOOK)
    await add({ title: 'Versand', text: 'Die Pakete werden täglich verschickt und nicht am Sonntag, das ist sicher.' })
    expect(rows(await search('refunded by owners'))[0]?.['content']).toBe('An owner approves refunds above 100 euros.')
    expect(rows(await search('Paket'))[0]?.['title']).toBe('Versand')
  })

  test('answers nothing when nothing fits, whatever is asked', async () => {
    await add(LESSON)
    await embed()
    for (const q of [
      'quantum chromodynamics',
      'how do I bake bread with yeast',
      '???',
      "' or 1=1 --",
      '\\',
      '"',
      '-',
      '& | ! <->',
      ':*',
    ])
      expect([q, rows(await search(q))]).toEqual([q, []])
    problemOf(await api.get('/chunks', token), 422)
    problemOf(await api.get(`/chunks?q=${'x'.repeat(1_001)}`, token), 422)
  })

  test('takes quotes and minus signs at their word', async () => {
    await add(LESSON)
    await embed()
    expect(rows(await search('"return window"'))).toHaveLength(1)
    expect(rows(await search('"window return"'))).toEqual([])
    expect(rows(await search('parcel -damaged'))).toEqual([])
  })

  test('without a key, or when OpenAI fails, goes by words alone and says so', async () => {
    await add(LESSON)
    await embed()
    expect(await search('return window')).toMatchObject({ notice: null })
    openai.fail([{ status: 503 }])
    expect(await search('return window')).toMatchObject({
      data: [{ similarity: null }],
      notice: 'Searched by words alone, not by meaning: OpenAI does not answer at the moment.',
    })
    openai.fail([{ size: 3 }])
    expect(await search('return window')).toMatchObject({
      data: [{}],
      notice: expect.stringContaining('3 numbers instead of 1536'),
    })
    key = undefined
    expect(await search('return window')).toMatchObject({
      data: [{}],
      notice: 'Searched by words alone, not by meaning: No key for OpenAI is set (OPENAI_API_KEY).',
    })
    expect(rows((await api.get('/sources', token)).body)[0]).toMatchObject({ status: 'text_only', embedded: 0 })
  })
})

describe('embedding', () => {
  test('that fails is noted on its sources, and done when it is tried again', async () => {
    await add(LESSON)
    openai.fail([{ status: 500 }])
    expect(await embed().catch((error: Error) => error.message)).toBe('OpenAI does not answer at the moment.')
    const source = async () => rows((await api.get('/sources', token)).body)[0]
    expect(await source()).toMatchObject({
      status: 'failed',
      error: 'OpenAI does not answer at the moment.',
      embedded: 0,
    })
    expect(await embed()).toBe(3)
    expect(await source()).toMatchObject({ status: 'ready', error: null })
    expect(await embed()).toBe(0)
  })

  test('is done anew when the model is another, and vectors of the old one are not compared meanwhile', async () => {
    await add(LESSON)
    await embed()
    const large = createEmbeddings({ ...given, model: 'text-embedding-3-large' })
    const other = await testApi(database, { embeddings: large })
    const first = async () => rows((await other.get('/chunks?q=return+window', token)).body)[0]
    expect(await first()).toMatchObject({ similarity: null })
    expect(rows((await other.get('/sources', token)).body)[0]).toMatchObject({ status: 'embedding', embedded: 0 })
    expect(await embedAll(sql, large)).toBe(3)
    expect((await first())?.['similarity']).toBeGreaterThan(0.3)
  })
})

test('who may only read the material adds and forgets nothing', async () => {
  await add(LESSON)
  const reader = await api.anApiToken(owner_id, { scopes: ['knowledge:read'] })
  const writer = await api.anApiToken(owner_id, { scopes: ['knowledge:write'] })
  problemOf(await api.post('/sources', LESSON, reader.token), 403)
  problemOf(await api.send('/sources/1', { method: 'DELETE', token: reader.token }), 403)
  problemOf(await api.get('/chunks?q=return', writer.token), 403)
  problemOf(await api.get('/sources', (await api.someone('viewer')).token), 403)
  expect((await api.get('/chunks?q=return', reader.token)).status).toBe(200)
})
