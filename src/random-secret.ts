import { createHash } from 'node:crypto'

const ALPHABET = 'abcdefghijklmnopqrstuvwxyz234567'

/** Random lower-case letters and digits of 5 bits each, to be shown once. */
export const newSecret = (length: number): string =>
  Array.from(crypto.getRandomValues(new Uint8Array(length)), (byte) => ALPHABET[byte % 32]).join('')

/** What is stored of a secret: SHA-256, which is enough for one that nobody can guess. */
export const hashOf = (secret: string): Uint8Array => new Uint8Array(createHash('sha256').update(secret).digest())
