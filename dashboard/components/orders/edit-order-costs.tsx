import { useState } from 'react'
import { change, post } from '../../lib/api.ts'
import { textOf } from '../../lib/form-text.ts'
import { useFormat } from '../../lib/preferences.ts'
import type { CostsEffect, CostStep, OrderDetail, SaidCosts } from '../../lib/use-orders.ts'
import { useSubmit } from '../../lib/use-submit.ts'
import { Field } from '../field.tsx'
import { Dialog } from '../rooms/dialog.tsx'
import rows from '../rooms/rows.module.css'
import ui from '../ui.module.css'
import styles from './order-page.module.css'

type Props = {
  order: OrderDetail
  etag: string
  onClose: () => void
  /** Gets what was said before, which takes it back. */
  onSaved: (was: SaidCosts) => Promise<unknown>
}

/** A window in which a person says what an order really cost. An empty field counts as the rules and unit costs say. */
export function EditOrderCosts({ order, etag, onClose, onSaved }: Props) {
  const { id, number, currency } = order
  const format = useFormat()
  const [effect, setEffect] = useState<string>()
  const said = saidOf(order)
  const goods = order.costs.filter(({ cost }) => cost === 'cogs')
  const enteredIn = (form: FormData) => {
    const amount = (name: string) => textOf(form, name).trim().replace(',', '.') || null
    return {
      shipping_cost: amount('shipping_cost'),
      transaction_fees: amount('transaction_fees'),
      lines: goods.map(({ line_no }) => ({ line_no: line_no!, unit_cost: amount(`line ${line_no}`) })),
      ...(textOf(form, 'reason').trim() && { reason: textOf(form, 'reason').trim() }),
    }
  }
  const { busy, error, submit } = useSubmit(async (form) => {
    await change('PATCH', `/orders/${id}/costs`, enteredIn(form), etag)
    await onSaved(said)
  })
  const preview = useSubmit(async (form) => {
    const { totals } = await post<CostsEffect>(`/orders/${id}/costs/preview`, enteredIn(form))
    const [total] = totals
    setEffect(
      total && total.net_profit_change !== 0
        ? `Net profit would change by ${total.net_profit_change > 0 ? '+' : ''}${format.money(total.net_profit_change, total.currency)}.`
        : 'Net profit would stay the same.',
    )
  })
  const failure = error ?? preview.error
  return (
    <Dialog title={`What order ${number} cost`} onClose={onClose}>
      <form
        className={rows.form}
        onSubmit={(event) => {
          const wish = (event.nativeEvent as unknown as { submitter: HTMLButtonElement | null }).submitter?.value
          if (wish === 'preview') preview.submit(event)
          else submit(event)
        }}
      >
        <p className={rows.meta}>
          In {currency}, before tax. It comes before unit costs and rules; leave a field empty to count with those.
        </p>
        <div className={styles.fields}>
          <Field
            label="Shipping"
            name="shipping_cost"
            inputMode="decimal"
            defaultValue={said.shipping_cost ?? ''}
            placeholder={knownAs(order.costs, 'shipping_cost')}
          />
          <Field
            label="Fees"
            name="transaction_fees"
            inputMode="decimal"
            defaultValue={said.transaction_fees ?? ''}
            placeholder={knownAs(order.costs, 'transaction_fees')}
          />
          {goods.map((step) => (
            <Field
              key={step.line_no}
              label={`${step.sku ?? `Line ${step.line_no}`}, each`}
              name={`line ${step.line_no}`}
              inputMode="decimal"
              defaultValue={said.lines.find(({ line_no }) => line_no === step.line_no)?.unit_cost ?? ''}
              placeholder={step.unit_cost === null ? '' : String(step.unit_cost)}
            />
          ))}
        </div>
        <Field label="Why" name="reason" maxLength={100} hint="Stands in the history of the order." />
        <div className={rows.end}>
          <button className={ui.button} disabled={busy || preview.busy}>
            Save
          </button>
          <button className={ui.quiet} value="preview" disabled={busy || preview.busy}>
            What would it change?
          </button>
        </div>
        <div role="status">
          {effect !== undefined && failure === undefined && <p>{effect}</p>}
          {failure !== undefined && <p className={rows.error}>{failure}</p>}
        </div>
      </form>
    </Dialog>
  )
}

/** What a person said of the order until now; null where nobody did. */
function saidOf({ costs }: OrderDetail): SaidCosts {
  const by = (cost: CostStep['cost']) => costs.filter((one) => one.cost === cost)
  const amount = (cost: CostStep['cost']) => {
    const [one] = by(cost)
    return one?.step === 'order_override' && one.amount !== null ? String(one.amount) : null
  }
  return {
    shipping_cost: amount('shipping_cost'),
    transaction_fees: amount('transaction_fees'),
    lines: by('cogs').map(({ line_no, step, unit_cost }) => ({
      line_no: line_no!,
      unit_cost: step === 'order_override' && unit_cost !== null ? String(unit_cost) : null,
    })),
  }
}

const knownAs = (costs: readonly CostStep[], cost: CostStep['cost']) => {
  const amount = costs.find((one) => one.cost === cost)?.amount
  return amount === null || amount === undefined ? '' : String(amount)
}
