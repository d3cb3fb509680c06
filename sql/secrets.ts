import * as v from 'valibot'
import { command, find, query } from './query.ts'

type Name = { name: string }
const NAME: Name = { name: 'anthropic_api_key' }
const Sealed = { sealed: v.string() }

export const findSecret = find(
  v.object(Sealed),
  NAME,
  (sql, { name }: Name) => sql`select sealed from secrets where name = ${name}`,
)

type New = Name & { sealed: string; user_id: number | null; email: string; now: Date }

export const setSecret = command(
  { ...NAME, sealed: 'key.nonce.ciphertext', user_id: 1, email: 'a@b.c', now: new Date(0) },
  (sql, { name, sealed, user_id, email, now }: New) => sql`
    insert into secrets (name, sealed, set_by, set_by_email, set_at)
    values (${name}, ${sealed}, ${user_id}, ${email}, ${now})
    on conflict (name) do update set
      sealed = excluded.sealed, set_by = excluded.set_by, set_by_email = excluded.set_by_email, set_at = excluded.set_at`,
)

/** Takes a secret away; 0 when it was not set. */
export const removeSecret = command(NAME, (sql, { name }: Name) => sql`delete from secrets where name = ${name}`)

/** Secrets that another key than this one sealed. */
export const listSecretsOfOtherKeys = query(
  v.object({ name: v.string(), ...Sealed }),
  { key_id: 'key' },
  (sql, { key_id }: { key_id: string }) => sql`
    select name, sealed from secrets where split_part(sealed, '.', 1) <> ${key_id} order by name`,
)

type Resealed = Name & { sealed: string; before: string }

/** Replaces what a secret is sealed to, unless it was set anew meanwhile. */
export const resealSecret = command(
  { ...NAME, sealed: 'new', before: 'old' },
  (sql, { name, sealed, before }: Resealed) => sql`
    update secrets set sealed = ${sealed} where name = ${name} and sealed = ${before}`,
)
