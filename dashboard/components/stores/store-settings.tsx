'use client'

import { type SubmitEvent, useState } from 'react'
import { ApiError, reasonFor, type Tagged } from '../../lib/api.ts'
import { textOf } from '../../lib/form-text.ts'
import { useFormat } from '../../lib/preferences.ts'
import {
  readStore,
  type StoreEffect,
  type StoreTerms,
  useStoreChanges,
  useTaggedStore,
} from '../../lib/use-store-changes.ts'
import type { Store } from '../../lib/use-stores.ts'
import { useMay } from '../../lib/use-me.ts'
import { useView } from '../../lib/use-view.ts'
import { Field } from '../field.tsx'
import { Asked } from '../rooms/asked.tsx'
import { Conflict } from '../rooms/conflict.tsx'
import rows from '../rooms/rows.module.css'
import ui from '../ui.module.css'
import { StoreRoom } from './store-room.tsx'
import styles from './stores.module.css'
import { CostPercentField, percentIn, TimeZoneField } from './term-fields.tsx'

/** Name, clock and default costs of a store. */
export function StoreSettings() {
  const { view } = useView()
  return <StoreRoom store={view.store}>{({ slug }) => <Terms key={slug} slug={slug} />}</StoreRoom>
}

function Terms({ slug }: { slug: string }) {
  return (
    <div className={styles.sections}>
      <Asked asked={useTaggedStore(slug)} lines={2}>
        {(store) => <TermsForm read={store} />}
      </Asked>
    </div>
  )
}

/** Keeps to what it read at first, so that a refresh never takes away what is being typed. */
function TermsForm({ read }: { read: Tagged<Store> }) {
  const { save, preview } = useStoreChanges()
  const may = useMay('admin')
  const [known, setKnown] = useState(read)
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<string>()
  const [effect, setEffect] = useState<{ terms: StoreTerms; effect: StoreEffect }>()
  const [saved, setSaved] = useState<StoreTerms>()
  const [conflict, setConflict] = useState<{ mine: StoreTerms; theirs: Tagged<Store> }>()
  const { slug } = known.value
  const attempt = async (work: () => Promise<void>) => {
    setBusy(true)
    setError(undefined)
    try {
      await work()
    } catch (failure) {
      setError(reasonFor(failure))
    }
    setBusy(false)
  }
  const send = (terms: StoreTerms, { etag, undo }: { etag: string; undo?: StoreTerms }) =>
    attempt(async () => {
      try {
        setKnown(await save(slug, terms, etag))
        setSaved(undo)
        setEffect(undefined)
        setConflict(undefined)
      } catch (failure) {
        if (!(failure instanceof ApiError && failure.status === 412)) throw failure
        setConflict({ mine: terms, theirs: await readStore(slug) })
      }
    })
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault()
    const entered = new FormData(event.currentTarget)
    const terms = {
      name: textOf(entered, 'name').trim(),
      time_zone: textOf(entered, 'time_zone').trim(),
      default_cost_percent: percentIn(entered),
    }
    // Another percent moves past figures: what that does is shown before.
    if (terms.default_cost_percent === known.value.default_cost_percent)
      void send(terms, { etag: known.etag, undo: termsOf(known.value) })
    else void attempt(async () => setEffect({ terms, effect: await preview(slug, terms) }))
  }
  const { name, currency, time_zone, default_cost_percent } = known.value
  return (
    <form
      key={known.etag}
      className={`${ui.panel} ${rows.form}`}
      aria-label="Settings of the store"
      onSubmit={submit}
      onChange={() => setEffect(undefined)}
    >
      <Field label="Name" name="name" defaultValue={name} required maxLength={200} />
      <div className={rows.pair}>
        <Field label="Currency" defaultValue={currency} readOnly hint="Stays: all that was booked is in it." />
        <TimeZoneField
          defaultValue={time_zone}
          hint="Cuts the days. It stays once the first order or cost is booked."
        />
      </div>
      <CostPercentField defaultValue={default_cost_percent ?? undefined} />
      <div role="alert">{error !== undefined && <p className={rows.error}>{error}</p>}</div>
      {conflict ? (
        <Conflict
          what="This store"
          theirs={termsIn(conflict.theirs.value)}
          onKeep={() => void send(conflict.mine, { etag: conflict.theirs.etag, undo: termsOf(conflict.theirs.value) })}
          onTake={() => {
            setKnown(conflict.theirs)
            setConflict(undefined)
          }}
        />
      ) : effect ? (
        <div className={styles.effect}>
          <EffectWords effect={effect.effect} />
          <div className={rows.end}>
            <button
              type="button"
              className={ui.button}
              disabled={busy}
              onClick={() => void send(effect.terms, { etag: known.etag, undo: termsOf(known.value) })}
            >
              Save and restate
            </button>
            <button type="button" className={ui.quiet} onClick={() => setEffect(undefined)}>
              Not yet
            </button>
          </div>
        </div>
      ) : !may ? (
        <p className={rows.meta}>Your role does not include changing a store. Ask an owner of the workspace.</p>
      ) : (
        <div className={rows.end}>
          <button className={ui.button} disabled={busy}>
            {busy ? 'Saving…' : 'Save'}
          </button>
          {saved && (
            <span role="status">
              Saved.{' '}
              <button type="button" className={rows.plain} onClick={() => void send(saved, { etag: known.etag })}>
                Undo
              </button>
            </span>
          )}
        </div>
      )}
    </form>
  )
}

function EffectWords({ effect: { orders, totals } }: { effect: StoreEffect }) {
  const format = useFormat()
  const moved = totals.filter(({ net_profit_change }) => net_profit_change !== 0)
  return (
    <p role="status">
      {moved.length === 0
        ? 'The net profit does not move. '
        : `The net profit moves by ${moved.map(({ net_profit_change, currency }) => format.money(net_profit_change, currency)).join(', ')}. `}
      {format.count(orders)} {orders === 1 ? 'order is' : 'orders are'} booked anew; what was booked stays in the
      history.
    </p>
  )
}

const termsOf = ({ name, time_zone, default_cost_percent }: Store): StoreTerms => ({
  name,
  time_zone,
  default_cost_percent,
})

const termsIn = ({ name, time_zone, default_cost_percent }: StoreTerms): string =>
  `${name}, ${time_zone}, ${default_cost_percent === null ? 'no default cost' : `default cost ${default_cost_percent}%`}`
