import { chmodSync, chownSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { serverUser } from '../../dev/postgres-home.ts'
import { run } from '../../dev/process.ts'
import type { Sql } from '../../sql/connect.ts'

const SIZE = 24 * 1024 * 1024

/**
 * Puts these tables on a disk of their own that can be filled: a file system in memory, where this machine lets us mount one (`real`). Elsewhere, or
 * when the server is not ours, a trigger raises what the server says of a full disk.
 */
export async function smallDisk(sql: Sql, tables: string[]) {
  const folder = mkdtempSync(join(tmpdir(), 'dealdome-disk-'))
  const mounted =
    process.getuid?.() === 0 &&
    !process.env.TEST_DATABASE_URL &&
    (await run(['mount', '-t', 'tmpfs', '-o', `size=${SIZE}`, 'tmpfs', folder])).code === 0
  if (!mounted) {
    rmSync(folder, { recursive: true })
    return raisedInItsPlace(sql, tables)
  }
  chmodSync(folder, 0o700)
  if (serverUser.uid !== undefined && serverUser.gid !== undefined) chownSync(folder, serverUser.uid, serverUser.gid)
  const name = `small_${crypto.randomUUID().slice(0, 8)}`
  const filler = join(folder, 'filler')
  await sql`create tablespace ${sql(name)} location ${sql.unsafe(`'${folder}'`)}`
  const move = async (to: string) => {
    for (const table of tables) {
      await sql`alter table ${sql(table)} set tablespace ${sql(to)}`
      for (const { index } of await sql<{ index: string }[]>`
        select indexrelid::regclass::text as index from pg_index where indrelid = ${table}::regclass`)
        await sql`alter index ${sql(index)} set tablespace ${sql(to)}`
    }
  }
  await move(name)
  return {
    real: true,
    fill: async () => {
      // As many bytes as there is room for: the write that finds none fails, and what fitted stays.
      for (let size = SIZE; size >= 4_096; size /= 2)
        for (;;)
          try {
            writeFileSync(filler, Buffer.alloc(size), { flag: 'a' })
          } catch {
            break
          }
    },
    clear: async () => rmSync(filler),
    remove: async () => {
      rmSync(filler, { force: true })
      await move('pg_default')
      await sql`drop tablespace ${sql(name)}`
      await run(['umount', folder])
      rmSync(folder, { recursive: true })
    },
  }
}

async function raisedInItsPlace(sql: Sql, tables: string[]) {
  await sql`
    create function no_room() returns trigger language plpgsql as
    $$ begin raise exception 'could not extend file: No space left on device' using errcode = '53100'; end $$`
  const clear = async () => {
    for (const table of tables) await sql`drop trigger if exists no_room on ${sql(table)}`
  }
  return {
    real: false,
    fill: async () => {
      for (const table of tables)
        await sql`create trigger no_room before insert on ${sql(table)} for each row execute function no_room()`
    },
    clear,
    remove: async () => {
      await clear()
      await sql`drop function no_room()`
    },
  }
}
