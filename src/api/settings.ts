import { Elysia } from 'elysia'
import * as v from 'valibot'
import type { Sql } from '../../sql/connect.ts'
import { jsonRows } from '../../sql/query.ts'
import { getSecondFactor, requireSecondFactor } from '../../sql/second-factors.ts'
import { removeSecret, setSecret } from '../../sql/secrets.ts'
import { findUnconvertibleDay, getSettings, lockSettings, Settings, updateSettings } from '../../sql/settings.ts'
import { getWorkspace } from '../../sql/stores.ts'
import type { Who } from '../access.ts'
import { audit } from '../audit.ts'
import { AppError } from '../errors.ts'
import { type Seal, SECRETS } from '../secrets.ts'
import { entity, mustMatch } from './answers.ts'
import { identity, type IdentityDeps } from './identity.ts'
import { CurrencyInput, NameInput, TimeZoneInput } from './inputs.ts'
import { mustBeKnown } from '../known-terms.ts'

const Secret = v.nullable(
  v.pipe(v.string(), v.regex(/^[\x21-\x7E]{8,500}$/, 'must be 8 to 500 printable ASCII characters without spaces')),
)
const SettingsChange = v.strictObject({
  name: v.optional(NameInput),
  reporting_currency: v.optional(CurrencyInput),
  time_zone: v.optional(TimeZoneInput),
  second_factor_required: v.optional(v.boolean()),
  secrets: v.optional(v.strictObject(v.entriesFromList(SECRETS, v.optional(Secret)))),
})
type Change = v.InferOutput<typeof SettingsChange>

const settingsJson = async (sql: Sql) => (await jsonRows(sql, getSettings, { secrets: SECRETS })).slice(1, -1)

/** @throws AppError `conflict` for a reporting currency that figures which there are cannot be told in */
async function changeWorkspace(sql: Sql, who: Who, change: Omit<Change, 'secrets' | 'second_factor_required'>) {
  const old_value = await getWorkspace(sql, {})
  const new_value = { ...old_value, ...change }
  if (Bun.deepEquals(old_value, new_value)) return
  const currency = new_value.reporting_currency
  await mustBeKnown(sql, { currency, time_zone: new_value.time_zone })
  const gap = currency === old_value.reporting_currency ? undefined : await findUnconvertibleDay(sql, { currency })
  if (gap)
    throw new AppError(
      'conflict',
      `There are figures in ${gap.currency} on ${gap.day} and no exchange rate to ${currency} for that day. The ECB’s rates come by themselves; one that it does not publish is set under /fx-rates.`,
    )
  await updateSettings(sql, new_value)
  await audit(sql, who, { action: 'settings.changed', subject: 'workspace', old_value, new_value })
}

/** @throws AppError `forbidden` for who is no owner, `conflict` for an owner who would be kept out by it */
async function changeSecondFactor(sql: Sql, who: Who, required: boolean) {
  const { second_factor_required: old_value } = await getSettings(sql, { secrets: [] })
  if (required === old_value) return
  if (who.role !== 'owner')
    throw new AppError('forbidden', 'Only an owner can ask everybody for a second factor, or stop asking.')
  if (required && !(await getSecondFactor(sql, who)).is_on)
    throw new AppError('conflict', 'Set up your own second factor first, so that you do not shut yourself out.')
  await requireSecondFactor(sql, { required })
  const change = { old_value: { second_factor_required: old_value }, new_value: { second_factor_required: required } }
  await audit(sql, who, { action: 'settings.changed', subject: 'workspace', ...change })
}

async function changeSecrets(sql: Sql, who: Who, secrets: NonNullable<Change['secrets']>, { seal }: Seal, now: Date) {
  for (const name of SECRETS) {
    const secret = secrets[name]
    if (secret === undefined) continue
    if (secret !== null)
      await setSecret(sql, { name, sealed: seal(name, secret), user_id: who.user_id, email: who.email, now })
    else if ((await removeSecret(sql, { name })) === 0) continue
    await audit(sql, who, { action: secret === null ? 'secret.removed' : 'secret.set', subject: name })
  }
}

export const settingsRoutes = (deps: IdentityDeps & { seal: Seal }) => {
  const { seal, now } = deps
  return new Elysia({ prefix: '/settings', tags: ['settings'] })
    .use(identity(deps))
    .get('', ({ db }) => db(async (sql) => entity(await settingsJson(sql))), {
      needs: 'admin',
      response: Settings,
      detail: {
        summary: 'What holds for the whole team',
        description: 'Secrets are write-only: the answer tells whether, when and by whom each was set.',
      },
    })
    .patch(
      '',
      ({ db, who, request, body: { secrets = {}, second_factor_required, ...change } }) =>
        db(async (sql) => {
          if (who.stores !== 'all')
            throw new AppError(
              'forbidden',
              'You are limited to some stores. Ask someone who sees all stores to change the settings.',
            )
          await lockSettings(sql, {})
          mustMatch(request, await settingsJson(sql))
          await changeWorkspace(sql, who, change)
          if (second_factor_required !== undefined) await changeSecondFactor(sql, who, second_factor_required)
          await changeSecrets(sql, who, secrets, seal, now())
          return entity(await settingsJson(sql))
        }),
      {
        needs: 'admin',
        body: SettingsChange,
        response: Settings,
        detail: {
          summary: 'Change the settings; a secret that is set to null is removed',
          description:
            'Another `reporting_currency` tells totals over stores in it from now on, past days at the rates of those days; closed reports keep the currency ' +
            'and the figures that they were closed with. Another `time_zone` decides which day is today for totals; booked days stay. Secrets are ' +
            'encrypted at rest and take effect at once; one that the environment holds too is not looked at. With `second_factor_required`, which only an ' +
            'owner may change, people without a second factor can do nothing but set one up from their next request on.',
        },
      },
    )
}
