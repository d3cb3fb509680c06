'use client'

import { type SubmitEvent, useEffect, useState } from 'react'
import { ApiError, reasonFor, sentenceFor, type Tagged } from '../../lib/api.ts'
import { type Memory, useMemoryChanges } from '../../lib/use-memories.ts'
import { Conflict } from '../rooms/conflict.tsx'
import rows from '../rooms/rows.module.css'
import { TextArea } from '../rooms/text-area.tsx'
import { Skeleton } from '../skeleton.tsx'
import ui from '../ui.module.css'

/** Corrects a memory as it is on the server now; a change by somebody else in the meantime is shown instead of overwritten. */
export function CorrectMemory({ id, onDone }: { id: number; onDone: () => void }) {
  const { read, correct } = useMemoryChanges()
  const [known, setKnown] = useState<Tagged<Memory>>()
  const [typed, setTyped] = useState('')
  const [theirs, setTheirs] = useState<Tagged<Memory>>()
  const [error, setError] = useState<string>()
  const [busy, setBusy] = useState(false)

  useEffect(() => {
    let left = false
    const load = async () => {
      try {
        const now = await read(id)
        if (left) return
        setKnown(now)
        setTyped(now.value.content)
      } catch (failure) {
        if (!left) setError(sentenceFor(failure))
      }
    }
    void load()
    return () => {
      left = true
    }
    // oxlint-disable-next-line react/exhaustive-deps -- read once, when the editing begins
  }, [id])

  const save = async (etag: string) => {
    setBusy(true)
    setError(undefined)
    try {
      await correct(id, typed.trim(), etag)
      onDone()
    } catch (failure) {
      setBusy(false)
      if (failure instanceof ApiError && failure.status === 412) return setTheirs(await read(id))
      setError(reasonFor(failure))
    }
  }
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault()
    if (known) void save(known.etag)
  }
  return (
    <form className={`${rows.form} ${rows.whole}`} onSubmit={submit}>
      {known || error !== undefined ? (
        <TextArea
          label="What is remembered"
          value={typed}
          required
          minLength={3}
          maxLength={500}
          autoFocus
          error={error}
          onChange={(event) => setTyped(event.target.value)}
        />
      ) : (
        <Skeleton width={40} />
      )}
      {theirs ? (
        <Conflict
          what="This memory"
          theirs={theirs.value.content}
          onKeep={() => void save(theirs.etag)}
          onTake={onDone}
        />
      ) : (
        <div className={rows.end}>
          <button className={ui.button} disabled={busy || !known}>
            Save
          </button>
          <button type="button" className={ui.quiet} onClick={onDone}>
            Cancel
          </button>
        </div>
      )}
    </form>
  )
}
