import { generateIdentity, identityToRecipient } from 'age-encryption'
import { statSync } from 'node:fs'
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import * as v from 'valibot'
import packageFile from '../../package.json' with { type: 'json' }
import { backUp } from '../backup/back-up.ts'
import { writeBackup } from '../backup/write-backup.ts'
import { backupRecipients } from '../config.ts'
import { AppError } from '../errors.ts'
import { command } from './command.ts'

const USAGE = 'bun run backup [FILE] [--plain]   or   bun run backup --new-key'

await command(USAGE, async (sql, args) => {
  const options = { plain: { type: 'boolean' }, 'new-key': { type: 'boolean' } } as const
  const { values, positionals } = parseArgs({ args, options, allowPositionals: true })
  if (positionals.length > 1) return undefined
  if (values['new-key']) return newKey()
  const read = v.safeParse(backupRecipients, process.env.BACKUP_RECIPIENTS)
  if (!read.success) throw new AppError('invalid', `BACKUP_RECIPIENTS ${read.issues[0].message}`)
  const recipients = read.output
  if (recipients.length === 0 && !values.plain)
    throw new AppError(
      'invalid',
      'BACKUP_RECIPIENTS is not set, so the backup would be readable by anybody: figures, people, orders. Make a key with "bun run backup --new-key", or say --plain.',
    )
  const made = { recipients: values.plain ? [] : recipients, release: packageFile.version, now: () => new Date() }
  const [file] = positionals
  if (file) await writeBackup(sql, { file: resolve(file), ...made })
  const folder = process.env.BACKUP_DIR
  if (!file && !folder) throw new AppError('invalid', `Name a file, or set BACKUP_DIR. Usage: ${USAGE}`)
  const written = file ? resolve(file) : (await backUp(sql, { folder: folder!, ...made })).file
  return `${written} (${(statSync(written).size / 1024 / 1024).toFixed(1)} MB). Restore it with "bun run restore FILE".`
})

async function newKey(): Promise<string> {
  const identity = await generateIdentity()
  return [
    'Keep this key where the service is not; without it no backup can be read. It is shown only now:',
    `  BACKUP_IDENTITY=${identity}`,
    'The service gets only its public part, which cannot read anything:',
    `  BACKUP_RECIPIENTS=${await identityToRecipient(identity)}`,
  ].join('\n')
}
