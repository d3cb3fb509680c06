import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import type { Sql } from '../sql/connect.ts'
import { findSecret, listSecretsOfOtherKeys, resealSecret } from '../sql/secrets.ts'
import { AppError } from './errors.ts'
import { keyIdOf } from './random-secret.ts'

/** Keys of other services that people can set in the settings. One that the environment holds wins. */
export const SECRETS = ['anthropic_api_key', 'openai_api_key'] as const
export type SecretName = (typeof SECRETS)[number]

const CIPHER = 'aes-256-gcm'
const TAG = 16

export type Seal = {
  key_id: string
  /** Text that only `open` with the same name reads: key id, nonce and ciphertext. */
  seal: (name: string, secret: string) => string
  /** @throws AppError `unavailable` when another key sealed it, or it was sealed under another name or was changed */
  open: (name: string, sealed: string) => string
}

/**
 * Seals secrets with AES-256-GCM, so that the database and its backups hold nothing that can be read. The name is part of what is sealed:
 * a secret that is moved to another name does not open.
 * @param key 32 bytes; `previous` still opens what it sealed
 */
export function createSeal({ key, previous }: { key: Uint8Array; previous?: Uint8Array | undefined }): Seal {
  const keys = new Map([key, ...(previous ? [previous] : [])].map((one) => [keyIdOf(one), one]))
  const key_id = keyIdOf(key)
  return {
    key_id,
    seal(name, secret) {
      const nonce = randomBytes(12)
      const cipher = createCipheriv(CIPHER, key, nonce).setAAD(Buffer.from(name))
      const ciphertext = Buffer.concat([cipher.update(secret, 'utf8'), cipher.final(), cipher.getAuthTag()])
      return [key_id, nonce.toString('base64url'), ciphertext.toString('base64url')].join('.')
    },
    open(name, sealed) {
      const [id = '', nonce = '', text = ''] = sealed.split('.')
      const used = keys.get(id)
      if (!used)
        throw new AppError(
          'unavailable',
          `The secret ${name} was sealed with another ENCRYPTION_KEY. Give that as ENCRYPTION_KEY_PREVIOUS, or set the secret again.`,
        )
      const bytes = Buffer.from(text, 'base64url')
      try {
        const decipher = createDecipheriv(CIPHER, used, Buffer.from(nonce, 'base64url'), { authTagLength: TAG })
        decipher.setAAD(Buffer.from(name)).setAuthTag(bytes.subarray(-TAG))
        return decipher.update(bytes.subarray(0, -TAG), undefined, 'utf8') + decipher.final('utf8')
      } catch (cause) {
        throw new AppError('unavailable', `The secret ${name} was damaged in the database. Set it again.`, { cause })
      }
    },
  }
}

/** A secret as it is now, undefined when it is not set. @throws AppError `unavailable` when it cannot be opened */
export async function readSecret(sql: Sql, { open }: Seal, name: SecretName): Promise<string | undefined> {
  const found = await findSecret(sql, { name })
  return found && open(name, found.sealed)
}

/**
 * Seals with the key of today what the previous one sealed, so that the previous one can go.
 * @returns the names that were sealed again, and those that neither key opens
 */
export async function resealSecrets(sql: Sql, { key_id, seal, open }: Seal) {
  const resealed: string[] = []
  const lost: string[] = []
  for (const { name, sealed } of await listSecretsOfOtherKeys(sql, { key_id })) {
    try {
      await resealSecret(sql, { name, sealed: seal(name, open(name, sealed)), before: sealed })
      resealed.push(name)
    } catch (error) {
      if (!(error instanceof AppError)) throw error
      lost.push(name)
    }
  }
  return { resealed, lost }
}
