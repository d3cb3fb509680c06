import { AppError } from './errors.ts'
import { randomText } from './random-secret.ts'

/** OWASP's argon2id settings: about 80 ms on 2 cores, off the main thread. */
const ARGON2ID = { algorithm: 'argon2id', memoryCost: 19_456, timeCost: 2 } as const

export const SHORTEST_PASSWORD = 12

/** @throws AppError `invalid` when the password is shorter than 12 characters or longer than 200 */
export function hashPassword(password: string): Promise<string> {
  if (password.length < SHORTEST_PASSWORD || password.length > 200)
    throw new AppError('invalid', `A password has ${SHORTEST_PASSWORD} to 200 characters.`)
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
