import * as v from 'valibot'
import { command, get } from './query.ts'
import { Count } from './units.ts'

type Person = { user_id: number }
const PERSON: Person = { user_id: 1 }

/** Under which name the key of a person's second factor is sealed. */
export const secondFactorName = ({ user_id }: Person) => `second-factor/${user_id}`

/** How a person's second factor stands: `confirmed_at` null before its first right code; `required`: the team asks for one. */
export const SecondFactor = v.object({
  is_on: v.boolean(),
  confirmed_at: v.nullable(v.string()),
  recovery_codes_left: Count,
  required: v.boolean(),
})

export const getSecondFactor = get(
  SecondFactor,
  PERSON,
  (sql, { user_id }: Person) => sql`
    select f.confirmed_at is not null as is_on, iso(f.confirmed_at) as confirmed_at,
           (select count(*) from recovery_codes c where c.user_id = ${user_id} and c.used_at is null) as recovery_codes_left,
           w.second_factor_required as required
    from workspace w
    left join second_factors f on f.user_id = ${user_id}`,
)

type At = Person & { now: Date }
const AT: At = { ...PERSON, now: new Date(0) }

/** Begins to set one up, in place of one that was begun and never confirmed; 0 when there is one. */
export const beginSecondFactor = command(
  AT,
  (sql, { user_id, now }: At) => sql`
    insert into second_factors as f (user_id, begun_at) values (${user_id}, ${now})
    on conflict (user_id) do update set begun_at = excluded.begun_at, last_step = null
    where f.confirmed_at is null`,
)

/** From now on it is asked for; 0 when it is already. */
export const confirmSecondFactor = command(
  AT,
  (sql, { user_id, now }: At) =>
    sql`update second_factors set confirmed_at = ${now} where user_id = ${user_id} and confirmed_at is null`,
)

/** Uses up the code of a step, and with it all from before; 0 when it was used. */
export const useStep = command(
  { ...PERSON, step: 1 },
  (sql, { user_id, step }: Person & { step: number }) => sql`
    update second_factors set last_step = ${step} where user_id = ${user_id} and (last_step is null or last_step < ${step})`,
)

/** Takes a second factor away, with its key and recovery codes; 0 when there is none. */
export const removeSecondFactor = command(
  PERSON,
  (sql, { user_id }: Person) => sql`delete from second_factors where user_id = ${user_id}`,
)

type Codes = Person & { hashes: Uint8Array[] }

/** Puts these recovery codes in the place of those that there are. */
export const setRecoveryCodes = command(
  { ...PERSON, hashes: [new Uint8Array(32)] },
  (sql, { user_id, hashes }: Codes) => sql`
    with gone as (delete from recovery_codes where user_id = ${user_id})
    insert into recovery_codes (code_hash, user_id)
    select decode(hash, 'hex'), ${user_id} from unnest(${hashes.map((hash) => Buffer.from(hash).toString('hex'))}::text[]) hash`,
)

type Code = At & { code_hash: Uint8Array }

/** Uses up a recovery code; 0 when it is unknown or used. */
export const useRecoveryCode = command(
  { ...AT, code_hash: new Uint8Array(32) },
  (sql, { user_id, code_hash, now }: Code) => sql`
    update recovery_codes set used_at = ${now} where user_id = ${user_id} and code_hash = ${code_hash} and used_at is null`,
)

/** Whether anybody signs in in two steps, or has to. */
export const secondFactorInUse = get(
  v.object({ in_use: v.boolean() }),
  {},
  (sql) => sql`
    select second_factor_required or exists (select 1 from second_factors where confirmed_at is not null) as in_use from workspace`,
)

export const requireSecondFactor = command(
  { required: true },
  (sql, { required }: { required: boolean }) => sql`update workspace set second_factor_required = ${required}`,
)
