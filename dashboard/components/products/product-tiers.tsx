'use client'

import { useState } from 'react'
import { reasonFor } from '../../lib/api.ts'
import { longDayRange } from '../../lib/days.ts'
import { textOf } from '../../lib/form-text.ts'
import { useFormat } from '../../lib/preferences.ts'
import type { ProfitEffect } from '../../lib/profit-effect.ts'
import { AMOUNT, amountOf } from '../../lib/typed-amount.ts'
import { useMay } from '../../lib/use-me.ts'
import { type NewTier, useCostTierChanges, useCostTiers } from '../../lib/use-product.ts'
import { Effect } from '../costs/effect.tsx'
import { Field } from '../field.tsx'
import { Asked } from '../rooms/asked.tsx'
import rows from '../rooms/rows.module.css'
import { useUndo } from '../rooms/use-undo.tsx'
import ui from '../ui.module.css'
import styles from './product-page.module.css'

/** Unit costs of larger lines, or of one country, which come before the plain one. */
export function ProductTiers({ id, currency }: { id: number; currency: string }) {
  const format = useFormat()
  const asked = useCostTiers(id)
  const { drop } = useCostTierChanges(id)
  const { gone, later, undo } = useUndo<number>()
  const may = useMay('products:write')
  const [making, setMaking] = useState(false)
  return (
    <section className={ui.panel} aria-labelledby="tiers-title">
      <header className={styles.head}>
        <h2 id="tiers-title">Cost tiers</h2>
        {may && (
          <button type="button" className={rows.plain} aria-expanded={making} onClick={() => setMaking(!making)}>
            Add
          </button>
        )}
      </header>
      {making && <TierForm id={id} currency={currency} onDone={() => setMaking(false)} />}
      <Asked asked={asked} lines={1}>
        {({ data }) => {
          const shown = data.filter((tier) => !gone.has(tier.id))
          return shown.length === 0 ? (
            <p className={styles.none}>None: every piece costs the same, however many are sold and wherever to.</p>
          ) : (
            <ul className={styles.list}>
              {shown.map((tier) => (
                <li key={tier.id} data-tier={tier.id}>
                  <div>
                    <p>
                      {tier.min_quantity > 1 ? `From ${format.count(tier.min_quantity)} pieces` : 'Any number'}
                      {tier.country !== null && `, to ${tier.country}`}
                    </p>
                    <p className={rows.meta}>{longDayRange(tier.from, tier.to)}</p>
                  </div>
                  <span className={styles.amount}>{format.money(tier.unit_cost, tier.currency)}</span>
                  {may && (
                    <button
                      type="button"
                      className={rows.plain}
                      data-tone="loss"
                      onClick={() => later(tier.id, 'The cost tier is taken away.', () => drop(tier.id))}
                    >
                      Take away
                    </button>
                  )}
                </li>
              ))}
            </ul>
          )
        }}
      </Asked>
      {undo}
    </section>
  )
}

function TierForm({ id, currency, onDone }: { id: number; currency: string; onDone: () => void }) {
  const { preview, add } = useCostTierChanges(id)
  const [effect, setEffect] = useState<ProfitEffect>()
  const [error, setError] = useState<string>()
  const [busy, setBusy] = useState(false)
  const attempt = async (work: () => Promise<unknown>) => {
    setBusy(true)
    setError(undefined)
    try {
      await work()
    } catch (failure) {
      setError(reasonFor(failure))
    }
    setBusy(false)
  }
  return (
    <form
      className={rows.form}
      aria-label="New cost tier"
      onChange={() => setEffect(undefined)}
      onSubmit={(event) => {
        event.preventDefault()
        const entered = new FormData(event.currentTarget)
        const tier: NewTier = {
          country: textOf(entered, 'country').trim() || null,
          min_quantity: Number(textOf(entered, 'min_quantity')),
          unit_cost: amountOf(textOf(entered, 'unit_cost')),
          currency: textOf(entered, 'currency'),
          from: textOf(entered, 'from') || null,
          to: textOf(entered, 'to') || null,
        }
        const pressed = (event.nativeEvent.submitter as HTMLButtonElement | null)?.value
        void attempt(async () => {
          if (pressed === 'preview') return setEffect(await preview(tier))
          await add(tier)
          onDone()
        })
      }}
    >
      <div className={rows.pair}>
        <Field
          label="From so many pieces"
          name="min_quantity"
          type="number"
          min={1}
          max={1000000}
          defaultValue={2}
          required
        />
        <Field label="Country (empty: any)" name="country" maxLength={200} placeholder="DE" />
      </div>
      <div className={rows.pair}>
        <Field
          label="Unit cost"
          name="unit_cost"
          inputMode="decimal"
          required
          pattern={AMOUNT}
          title="An amount such as 12.50"
          autoComplete="off"
        />
        <Field
          label="Currency"
          name="currency"
          required
          pattern="[A-Z]{3}"
          title="A code such as EUR"
          defaultValue={currency}
        />
      </div>
      <div className={rows.pair}>
        <Field label="From (empty: since ever)" name="from" type="date" />
        <Field label="Until (empty: from then on)" name="to" type="date" />
      </div>
      <div role="alert">{error !== undefined && <p className={rows.error}>{error}</p>}</div>
      {effect && <Effect effect={effect} />}
      <div className={rows.end}>
        <button className={ui.button} disabled={busy}>
          Save
        </button>
        <button className={ui.quiet} value="preview" disabled={busy}>
          Preview
        </button>
        <button type="button" className={ui.quiet} onClick={onDone}>
          Cancel
        </button>
      </div>
    </form>
  )
}
