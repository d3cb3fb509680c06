import { afterAll } from 'bun:test'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const FILE = join(import.meta.dir, '../../docs/faults.md')

const HEAD = `# Faults

What people saw when something broke, what was lost, and how long it took to be well again. Written by \`bun run docs:faults\`, which starts the
real service behind a TCP proxy that makes the trouble, and proves after each that nothing was lost and nothing is there twice: what was
acknowledged is in the database once, and the ledger is the sum of it. Recovery is from the end of the trouble to the first answer that is right, on a
machine of two cores; an action in a shop goes on two minutes after it broke off, beside that. Requests get 2 seconds here (REQUEST_TIMEOUT), 25 by
default.
`

type Row = { fault: string; saw: string; lost: string; recovery: string }

/** The table of faults of a test file: printed when the file is done, and kept in docs/faults.md with WRITE_DOCS=1. */
export function faultTable(subject: string) {
  const rows: Row[] = []
  afterAll(() => {
    const text = `## ${subject}\n\n| fault | what people saw | lost or doubled | recovery |\n| --- | --- | --- | --- |\n${rows
      .map(({ fault, saw, lost, recovery }) => `| ${[fault, saw, lost, recovery].join(' | ')} |`)
      .join('\n')}\n`
    console.log(`\n${text}`)
    // Without a row the tests broke off: what was known before stays.
    if (process.env['WRITE_DOCS'] && rows.length > 0) keep(subject, text)
  })
  return {
    note: (row: Omit<Row, 'recovery'> & { recovery: number | string }) =>
      void rows.push({
        ...row,
        recovery: typeof row.recovery === 'number' ? `${(row.recovery / 1_000).toFixed(1)} s` : row.recovery,
      }),
  }
}

function keep(subject: string, text: string) {
  const sections = (existsSync(FILE) ? readFileSync(FILE, 'utf8') : '').split(/^(?=## )/m).slice(1)
  const others = sections.filter((section) => !section.startsWith(`## ${subject}\n`)).map((section) => section.trim())
  writeFileSync(FILE, `${[HEAD.trim(), ...[...others, text.trim()].toSorted()].join('\n\n')}\n`)
}
