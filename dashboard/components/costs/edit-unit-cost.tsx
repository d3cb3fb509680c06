'use client'

import { useEffect, useState } from 'react'
import { ApiError, reasonFor, sentenceFor, type Tagged } from '../../lib/api.ts'
import { datedDay } from '../../lib/days.ts'
import { textOf } from '../../lib/form-text.ts'
import { useFormat } from '../../lib/preferences.ts'
import type { ProfitEffect } from '../../lib/profit-effect.ts'
import { AMOUNT, amountOf } from '../../lib/typed-amount.ts'
import { type NewCost, type Product, useUnitCostChanges } from '../../lib/use-unit-costs.ts'
import { Field } from '../field.tsx'
import { Conflict } from '../rooms/conflict.tsx'
import rows from '../rooms/rows.module.css'
import ui from '../ui.module.css'
import styles from './edit-unit-cost.module.css'
import { Effect } from './effect.tsx'

type Props = {
  product: { id: number; name: string }
  /** What the fields hold at first, where the product does not say it. */
  currency: string
  from: string
  /** `back` takes it back again. */
  onSaved: (sentence: string, back: () => Promise<unknown>) => unknown
  onCancel: () => void
}

/** Sets the unit cost of a product as it is on the server now: what it does to past profit is previewed, then done, and can be taken back. */
export function EditUnitCost({ product, currency, from, onSaved, onCancel }: Props) {
  const format = useFormat()
  const { read, preview, save } = useUnitCostChanges()
  const [known, setKnown] = useState<Tagged<Product>>()
  const [theirs, setTheirs] = useState<{ now: Tagged<Product>; mine: NewCost }>()
  const [effect, setEffect] = useState<ProfitEffect>()
  const [error, setError] = useState<string>()
  const [busy, setBusy] = useState<'preview' | 'save'>()

  useEffect(() => {
    let left = false
    read(product.id).then(
      (now) => !left && setKnown(now),
      (failure: unknown) => !left && setError(sentenceFor(failure)),
    )
    return () => {
      left = true
    }
    // oxlint-disable-next-line react/exhaustive-deps -- read once, when the editing begins
  }, [product.id])

  const told = ({ cost_price, cost_currency, cost_from }: Product) =>
    cost_price === null || cost_currency === null
      ? 'no unit cost'
      : `${format.money(cost_price, cost_currency)}${cost_from === null ? '' : ` since ${datedDay(cost_from)}`}`

  const attempt = async (what: 'preview' | 'save', work: () => Promise<unknown>) => {
    setBusy(what)
    setError(undefined)
    try {
      await work()
    } catch (failure) {
      setError(reasonFor(failure))
    }
    setBusy(undefined)
  }
  const send = (cost: NewCost, etag: string) =>
    attempt('save', async () => {
      try {
        const back = await save(product.id, cost, etag)
        const amount = format.money(Number(cost.unit_cost), cost.currency)
        await onSaved(`${product.name}: ${amount} a piece from ${datedDay(cost.from)} on.`, back)
      } catch (failure) {
        if (!(failure instanceof ApiError) || failure.status !== 412) throw failure
        setTheirs({ mine: cost, now: await read(product.id) })
      }
    })
  return (
    <form
      className={`${rows.form} ${styles.form}`}
      aria-label={`Unit cost of ${product.name}`}
      onChange={() => setEffect(undefined)}
      onSubmit={(event) => {
        event.preventDefault()
        const entered = new FormData(event.currentTarget)
        const cost = costOf(entered)
        const asked = (event.nativeEvent.submitter as HTMLButtonElement | null)?.value
        if (asked === 'preview') void attempt('preview', async () => setEffect(await preview(product.id, cost)))
        else if (known) void send(cost, known.etag)
      }}
    >
      <div className={styles.fields}>
        <Field
          label="Unit cost"
          name="unit_cost"
          inputMode="decimal"
          pattern={AMOUNT}
          title="An amount such as 12.50"
          required
          autoFocus
          autoComplete="off"
          placeholder={known?.value.cost_price?.toString()}
        />
        <Field
          key={known ? 'known' : 'unknown'}
          label="Currency"
          name="currency"
          required
          pattern="[A-Z]{3}"
          title="A code such as EUR"
          maxLength={3}
          defaultValue={known?.value.cost_currency ?? currency}
        />
        <Field label="From" name="from" type="date" required defaultValue={from} />
        <Field label="Until (or open)" name="to" type="date" />
      </div>
      <Field label="Why (optional)" name="reason" maxLength={200} placeholder="New supplier, invoice of March …" />
      {known && <p className={rows.meta}>Today it is {told(known.value)}.</p>}
      <div role="alert">{error !== undefined && <p className={rows.error}>{error}</p>}</div>
      {effect && <Effect effect={effect} />}
      {theirs ? (
        <Conflict
          what="This cost"
          theirs={`${told(theirs.now.value)}${theirs.now.value.cost_source ? ` (${theirs.now.value.cost_source})` : ''}`}
          onKeep={() => {
            setTheirs(undefined)
            setKnown(theirs.now)
            void send(theirs.mine, theirs.now.etag)
          }}
          onTake={onCancel}
        />
      ) : (
        <div className={rows.end}>
          <button className={ui.button} disabled={busy !== undefined || !known}>
            {busy === 'save' ? 'Saving…' : 'Save'}
          </button>
          <button className={ui.quiet} name="do" value="preview" disabled={busy !== undefined}>
            {busy === 'preview' ? 'Trying it out…' : 'Preview the effect'}
          </button>
          <button type="button" className={ui.quiet} onClick={onCancel}>
            Cancel
          </button>
        </div>
      )}
    </form>
  )
}

const costOf = (entered: FormData): NewCost => {
  const reason = textOf(entered, 'reason').trim()
  return {
    unit_cost: amountOf(textOf(entered, 'unit_cost')),
    currency: textOf(entered, 'currency').trim(),
    from: textOf(entered, 'from'),
    to: textOf(entered, 'to') || null,
    ...(reason !== '' && { reason }),
  }
}
