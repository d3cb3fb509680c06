'use client'

import Link from 'next/link'
import { useRouter, useSearchParams } from 'next/navigation'
import { type SubmitEvent, useState } from 'react'
import { reasonFor } from '../../lib/api.ts'
import { textOf } from '../../lib/form-text.ts'
import { importKind, importStatus } from '../../lib/import-words.ts'
import { useFormat } from '../../lib/preferences.ts'
import { moment } from '../../lib/times.ts'
import { type ImportKind, importKinds, useImportChanges, useImports } from '../../lib/use-imports.ts'
import { useStores } from '../../lib/use-stores.ts'
import { Notice } from '../notice.tsx'
import { Asked } from '../rooms/asked.tsx'
import { Choice } from '../rooms/choice.tsx'
import rows from '../rooms/rows.module.css'
import ui from '../ui.module.css'
import { CostsRoom } from './costs-room.tsx'
import { ImportProof } from './import-proof.tsx'

/** Files of costs: what one would do is shown before it is done, and can be taken back. */
export function Imports() {
  const id = useSearchParams().get('id')
  return (
    <CostsRoom
      title="Imports"
      intro="A file as CSV or Excel, in English, Dutch, German or French. First comes what it would change; nothing is done until you say so, and it can be taken back."
    >
      {id === null ? <AllImports /> : <ImportProof id={id} />}
    </CostsRoom>
  )
}

function AllImports() {
  const asked = useImports()
  const format = useFormat()
  return (
    <>
      <NewImport />
      <Asked asked={asked} lines={4}>
        {({ data }) =>
          data.length === 0 ? (
            <Notice>Nothing was imported yet.</Notice>
          ) : (
            <ul className={rows.rows}>
              {data.map((one) => (
                <li key={one.id} className={rows.row} data-near data-import={one.id}>
                  <div className={rows.main}>
                    <p>
                      <Link href={`/costs/imports?id=${one.id}`}>{one.file_name}</Link>{' '}
                      <span className={rows.badge} data-tone={one.status === 'applied' ? 'good' : undefined}>
                        {importStatus[one.status]}
                      </span>
                    </p>
                    <p className={rows.meta}>
                      <span>{importKind[one.kind]}</span>
                      <span>
                        {format.count(one.added)} new, {format.count(one.changed)} changed
                      </span>
                      {one.rejected + one.unknown > 0 && (
                        <span>{format.count(one.rejected + one.unknown)} left out</span>
                      )}
                      <span>
                        {one.created_by ?? 'somebody'}, {moment(one.created_at)}
                      </span>
                    </p>
                  </div>
                </li>
              ))}
            </ul>
          )
        }
      </Asked>
    </>
  )
}

function NewImport() {
  const router = useRouter()
  const { preview } = useImportChanges()
  const { data: stores } = useStores()
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<string>()
  const send = async (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault()
    const entered = new FormData(event.currentTarget)
    const file = entered.get('file')
    if (!(file instanceof File) || busy) return
    setBusy(true)
    setError(undefined)
    try {
      const { id } = await preview(textOf(entered, 'kind') as ImportKind, file, textOf(entered, 'store') || null)
      router.push(`/costs/imports?id=${id}`)
    } catch (failure) {
      setError(reasonFor(failure))
    }
    setBusy(false)
  }
  return (
    <form className={`${ui.panel} ${rows.form}`} aria-label="Import a file" onSubmit={(event) => void send(event)}>
      <div className={rows.pair}>
        <Choice
          label="What the file holds"
          name="kind"
          options={importKinds.map((value) => ({ value, label: importKind[value] }))}
        />
        <Choice
          label="Store of rows that name none"
          name="store"
          options={[
            { value: '', label: 'They name it' },
            ...(stores?.data ?? []).map(({ slug, name }) => ({ value: slug, label: name })),
          ]}
        />
        <label className={rows.file}>
          <span>File, at most 64 MB</span>
          <input className={ui.input} type="file" name="file" required accept=".csv,.tsv,.txt,.xlsx,.gz" />
        </label>
      </div>
      <div role="alert">{error !== undefined && <p className={rows.error}>{error}</p>}</div>
      <div className={rows.end}>
        <button className={ui.button} disabled={busy}>
          {busy ? 'Reading the file…' : 'Preview'}
        </button>
      </div>
    </form>
  )
}
