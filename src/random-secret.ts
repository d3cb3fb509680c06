import { createHash, createHmac } from 'node:crypto'

const ALPHABET = 'abcdefghijklmnopqrstuvwxyz234567'

/** Random text of signs of the alphabet. */
export const randomText = (alphabet: string, length: number): string =>
  Array.from(crypto.getRandomValues(new Uint8Array(length)), (byte) => alphabet[byte % alphabet.length]).join('')

/** Random lower-case letters and digits of 5 bits each, to be shown once. */
export const newSecret = (length: number): string => randomText(ALPHABET, length)

/** What is stored of a secret: SHA-256, which is enough for one that nobody can guess. */
export const hashOf = (secret: string): Uint8Array => new Uint8Array(createHash('sha256').update(secret).digest())

/** Names a key, and tells nothing about it. */
export const keyIdOf = (key: string | Uint8Array): string =>
  createHmac('sha256', key).update('dealdome key id').digest('base64url').slice(0, 12)
