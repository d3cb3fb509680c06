import { AppError } from './errors.ts'
import { strengthOf } from './guessable.ts'
import { randomText } from './random-secret.ts'

/** OWASP's argon2id settings: about 80 ms on 2 cores, off the main thread. */
const ARGON2ID = { algorithm: 'argon2id', memoryCost: 19_456, timeCost: 2 } as const

export const SHORTEST_PASSWORD = 12

/** What a password of ours must not be made of, beside the person's own address. */
const OUR_WORDS = ['dealdome', 'alfred', 'roos', 'elisa', 'shopify', 'telegram', 'profit']

/**
 * Passwords of any characters, as long as they are hard to guess; how often they were used before is not asked.
 * @param email of the person, which makes a bad password
 * @throws AppError `invalid` when the password is shorter than 12 characters or longer than 200, or easy to guess
 */
export async function hashPassword(password: string, email = ''): Promise<string> {
  if (password.length < SHORTEST_PASSWORD || password.length > 200)
    throw new AppError('invalid', `A password has ${SHORTEST_PASSWORD} to 200 characters.`)
  if ((await strengthOf(password, [...OUR_WORDS, email, ...email.split(/[@.]/)])) < 3)
    throw new AppError(
      'invalid',
      'This password is easy to guess: a common one, a row of keys, or our name. Take four words that have nothing to do with each other.',
    )
  return Bun.password.hash(password, ARGON2ID)
}

let dummy: Promise<string> | undefined

/** Whether the password fits. Takes the same time when there is no hash to compare with. */
export async function passwordFits(password: string, hash: string | null | undefined): Promise<boolean> {
  dummy ??= Bun.password.hash(crypto.randomUUID(), ARGON2ID)
  const fits = await Bun.password.verify(password || ' ', hash ?? (await dummy))
  return fits && password !== '' && hash !== null && hash !== undefined
}

/** A password to be shown once: 20 characters, about 100 bits. */
export function generatePassword(): string {
  const letters = 'abcdefghjkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789'
  return Array.from({ length: 4 }, () => randomText(letters, 5)).join('-')
}
