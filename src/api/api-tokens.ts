import { Elysia } from 'elysia'
import * as v from 'valibot'
import { ApiToken, createApiToken, getApiTokenExpiry, listApiTokens, revokeApiToken } from '../../sql/api-tokens.ts'
import type { Sql } from '../../sql/connect.ts'
import { mayDo, SCOPES, type Who } from '../access.ts'
import { audit } from '../audit.ts'
import { Day } from '../day.ts'
import { AppError } from '../errors.ts'
import { hashOf, newSecret } from '../random-secret.ts'
import { storeIds } from '../users.ts'
import { afterId, listAnswer, listing, Page } from './answers.ts'
import { identity, type IdentityDeps } from './identity.ts'
import { IdParams, NameInput, StoresInput } from './inputs.ts'

const Time = v.pipe(
  v.string(),
  v.regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,3})?)?Z$/, 'must be a time such as 2026-12-31T23:00:00Z'),
  v.check((text) => v.is(Day, text.slice(0, 10)) && !Number.isNaN(Date.parse(text)), 'is not a time of the calendar'),
)
const NewToken = v.object({
  name: NameInput,
  scopes: v.pipe(v.array(v.picklist(SCOPES)), v.minLength(1, 'must name a scope'), v.maxLength(SCOPES.length)),
  stores: v.optional(StoresInput),
  expires_at: v.optional(v.nullable(Time)),
})

/** API tokens of the whole team: made for machines, and shown once. */
export const apiTokenRoutes = (deps: IdentityDeps) => {
  const { now } = deps
  return new Elysia({ prefix: '/api-tokens', tags: ['api tokens'] })
    .use(identity(deps))
    .get(
      '',
      ({ db, query: { limit, offset, cursor, count, format } }) =>
        db((tx) =>
          listAnswer(
            tx,
            listApiTokens,
            { token_id: null, limit, offset, after: afterId(cursor) },
            { db, format, count, name: 'api-tokens' },
          ),
        ),
      {
        needs: 'admin',
        query: v.object(listing),
        response: Page(ApiToken),
        detail: { summary: 'API tokens that were not revoked, newest first, with the public part of each' },
      },
    )
    .post(
      '',
      ({ db, who, body, set }) =>
        db(async (tx) => {
          const made = await makeToken(tx, who, body)
          set.status = 201
          set.headers['cache-control'] = 'no-store'
          return made
        }),
      {
        needs: 'admin',
        body: NewToken,
        response: { 201: v.object({ ...ApiToken.entries, token: v.string() }) },
        detail: {
          summary: 'Make an API token; the token itself is shown only now',
          description:
            'It may do what its scopes and the role of its user both include, in the stores that both are limited to.',
        },
      },
    )
    .delete(
      '/:id',
      ({ db, who, params: { id }, set }) =>
        db(async (tx) => {
          const token = await revokeApiToken(tx, { token_id: id, now: now() })
          if (!token) throw new AppError('not_found', `There is no API token ${id}, or it was revoked.`)
          const old_value = { name: token.name }
          await audit(tx, who, { action: 'api_token.revoked', subject: token.public_part, old_value })
          set.status = 204
        }),
      { needs: 'admin', params: IdParams, detail: { summary: 'Revoke an API token; it ends at once' } },
    )

  /** @throws AppError `forbidden` when the token could do more, or last longer, than what it is made with */
  async function makeToken(tx: Sql, who: Who, { name, scopes, stores, expires_at }: v.InferOutput<typeof NewToken>) {
    const missing = scopes.find((scope) => !mayDo(who, scope))
    if (missing) throw new AppError('forbidden', `You may not do ${missing} yourself, so a token of yours cannot.`)
    const expires = expires_at ? new Date(expires_at) : null
    if (expires && expires <= now()) throw new AppError('invalid', 'The time expires_at has passed already.')
    if (who.token_id !== undefined) {
      const maker = await getApiTokenExpiry(tx, { token_id: who.token_id })
      if (maker.expires_at && (!expires || expires > maker.expires_at))
        throw new AppError(
          'forbidden',
          `This token ends ${maker.expires_at.toISOString()}, and so must those made with it.`,
        )
    }
    const limit = who.stores === 'all' ? null : [...who.stores]
    const public_part = `dd_${newSecret(8)}`
    const token = `${public_part}_${newSecret(40)}`
    const { id } = await createApiToken(tx, {
      user_id: who.user_id,
      name,
      public_part,
      token_hash: hashOf(token),
      scopes: SCOPES.filter((scope) => scopes.includes(scope)),
      store_ids: stores ? await storeIds(tx, stores) : limit,
      expires_at: expires,
      now: now(),
    })
    const [made] = await listApiTokens(tx, { token_id: id, limit: 1, offset: 0, after: null })
    if (!made) throw new Error('a token that was made is not there')
    const new_value = { name, scopes: made.scopes, stores: made.stores, expires_at: made.expires_at }
    await audit(tx, who, { action: 'api_token.created', subject: public_part, new_value })
    return { ...made, token }
  }
}
