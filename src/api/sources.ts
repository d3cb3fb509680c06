import { Elysia } from 'elysia'
import * as v from 'valibot'
import type { Sql } from '../../sql/connect.ts'
import { jsonRows } from '../../sql/query.ts'
import { findSource, listSources, listVideos, Source, SourceKind, Video } from '../../sql/sources.ts'
import { AppError } from '../errors.ts'
import { type GivenSource, readSource } from '../ingest/knowledge/add-source.ts'
import { FORMATS } from '../ingest/knowledge/format.ts'
import type { Embeddings } from '../knowledge/embeddings.ts'
import { keepSource, removeSource } from '../knowledge/keep-source.ts'
import { afterId, entity, listAnswer, listing, mustMatch, Page } from './answers.ts'
import { isStorable, UNREAD } from './body.ts'
import { identity, type IdentityDeps } from './identity.ts'
import { IdParams, NameInput } from './inputs.ts'
import { readSourceFile, SOURCE_TYPES } from './source-file.ts'

const Link = v.pipe(
  v.string(),
  v.maxLength(2_000, 'has at most 2,000 characters'),
  v.regex(/^https?:\/\/[^\s]+$/, 'must be an address that begins with https://'),
  v.url('must be an address that begins with https://'),
)
/** Which sources. */
export const Kind = v.pipe(SourceKind, v.description('A video with its transcript, a document, or another resource.'))
const About = {
  kind: v.optional(Kind),
  title: v.optional(NameInput),
  url: v.optional(Link),
  language: v.optional(
    v.pipe(v.string(), v.regex(/^[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*$/, 'must be a language such as en or nl')),
  ),
}
const Duration = v.pipe(v.number(), v.minValue(0), v.maxValue(360_000, 'is at most 100 hours, in seconds'))
const NewSource = v.strictObject({
  ...About,
  text: v.pipe(v.string(), v.minLength(1, 'must not be empty')),
  format: v.optional(v.picklist(FORMATS.filter((format) => format !== 'pdf' && format !== 'docx'))),
  duration: v.optional(Duration),
})
/** What is said of a file, in the address or in the form around it. */
const AboutFile = v.strictObject({
  ...About,
  name: v.optional(v.pipe(v.string(), v.maxLength(300))),
  duration: v.optional(
    v.pipe(
      v.string(),
      v.regex(/^\d{1,6}(\.\d{1,3})?$/, 'must be seconds'),
      v.metadata({ json: { type: 'number' } }),
      v.transform(Number),
      Duration,
    ),
  ),
})
const Added = v.object({ ...Source.entries, result: v.picklist(['created', 'replaced', 'unchanged']) })

/** A file passes as it is, everything else is checked as JSON. */
const jsonOrFile = {
  ...NewSource,
  '~standard': {
    version: 1,
    vendor: 'valibot',
    validate: (value: unknown) => (value === UNREAD ? { value } : NewSource['~standard'].validate(value)),
  },
} as unknown as typeof NewSource

async function given(
  request: Request,
  body: v.InferOutput<typeof NewSource>,
  query: v.InferOutput<typeof AboutFile>,
): Promise<GivenSource> {
  if (body !== UNREAD) {
    const { text, ...about } = body
    return { ...about, bytes: new TextEncoder().encode(text) }
  }
  const { bytes, type, name, fields } = await readSourceFile(request)
  const about = v.safeParse(AboutFile, fields)
  if (!about.success || !Object.values(fields).every(isStorable)) {
    const issue = about.issues?.[0]
    throw new AppError(
      'invalid',
      `The form's ${(issue && v.getDotPath(issue)) ?? 'fields'} ${issue?.message ?? 'cannot be stored'}.`,
    )
  }
  return { name, type, ...query, ...about.output, bytes }
}

/** The material that the agents may cite. */
export const sourceRoutes = (deps: IdentityDeps & { embeddings: Embeddings }) => {
  const { embeddings } = deps
  const modelNow = async () => ((await embeddings.available()) ? embeddings.model : null)
  const textOf = async (sql: Sql, id: number, model: string | null) => {
    const text = (await jsonRows(sql, findSource, { id, model })).slice(1, -1)
    if (text === '') throw new AppError('not_found', `There is no source ${id}.`)
    return text
  }

  return new Elysia({ tags: ['knowledge'] })
    .use(identity(deps))
    .get(
      '/videos',
      ({ db, query: { limit, offset, cursor, count, format } }) =>
        db((sql) =>
          listAnswer(sql, listVideos, { limit, offset, after: afterId(cursor) }, { db, format, count, name: 'videos' }),
        ),
      {
        needs: 'knowledge:read',
        query: v.object(listing),
        response: Page(Video),
        detail: {
          summary: 'Videos whose transcripts are known, newest first',
          description: '`duration` is in seconds.',
        },
      },
    )
    .get(
      '/sources',
      async ({ db, query: { kind, limit, offset, cursor, count, format } }) => {
        const model = await modelNow()
        const args = { kind: kind ?? null, model, limit, offset, after: afterId(cursor) }
        return db((sql) => listAnswer(sql, listSources, args, { db, format, count, name: 'sources' }))
      },
      {
        needs: 'knowledge:read',
        query: v.object({ ...listing, kind: v.optional(Kind) }),
        response: Page(Source),
        detail: {
          summary: 'Videos, documents and resources that the agents may cite, newest first',
          description:
            '`status`: `embedding` is found by its words already and by meaning once `embedded` is `chunks`; `failed` will be tried again; `text_only`: no key for OpenAI is set.',
        },
      },
    )
    .get(
      '/sources/:id',
      async ({ db, params: { id } }) => {
        const model = await modelNow()
        return db(async (sql) => entity(await textOf(sql, id, model)))
      },
      {
        needs: 'knowledge:read',
        params: IdParams,
        response: Source,
        detail: { summary: 'A source with its progress' },
      },
    )
    .post(
      '/sources',
      async ({ db, who, body, query, request }) => {
        const source = await readSource(await given(request, body, query))
        const model = await modelNow()
        return db(async (sql) => {
          const { id, result } = await keepSource(sql, who, source)
          const text = await textOf(sql, id, model)
          return entity(`${text.slice(0, -1)},"result":${JSON.stringify(result)}}`, result === 'created' ? 201 : 200)
        })
      },
      {
        needs: 'knowledge:write',
        query: AboutFile,
        body: jsonOrFile,
        response: { 200: Added, 201: Added },
        detail: {
          summary:
            'Add a transcript, document or resource; the same address, or without one the same title, replaces it',
          description:
            'JSON with the text, or a file of at most 20 MB: WebVTT, SubRip, Markdown, YAML with questions and answers, HTML, plain text, PDF with a text layer, Word. A file comes alone, with what is known of it in the query, or in a form as `file` with fields beside it. The address is only a link: it is never fetched.',
          consumes: SOURCE_TYPES,
        },
      },
    )
    .delete(
      '/sources/:id',
      async ({ db, who, set, request, params: { id } }) => {
        const model = await modelNow()
        return db(async (sql) => {
          mustMatch(request, await textOf(sql, id, model))
          await removeSource(sql, who, id)
          set.status = 204
        })
      },
      {
        needs: 'knowledge:write',
        params: IdParams,
        detail: { summary: 'Forget a source with all its chunks' },
      },
    )
}
