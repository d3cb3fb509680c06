import Link from 'next/link'
import { useSearchParams } from 'next/navigation'
import { Fragment } from 'react'
import { withQuery } from '../../lib/api.ts'
import { dayRange, shortRange } from '../../lib/days.ts'
import { kept } from '../../lib/kept.ts'
import type { Comparison, Range } from '../../lib/period.ts'
import { useFormat } from '../../lib/preferences.ts'
import { type BridgePart, partWords, useBridge } from '../../lib/use-bridge.ts'
import { Downloads } from '../downloads.tsx'
import { Proven } from '../proof/proven.tsx'
import { Told } from '../proof/told.tsx'
import { Asked } from '../rooms/asked.tsx'
import { Skeleton } from '../skeleton.tsx'
import ui from '../ui.module.css'
import { type Step, Waterfall } from '../waterfall.tsx'
import styles from './panel.module.css'

type Props = { store: string | null; range: Range | undefined; compare: Comparison }

/** Why net profit is another one than that of the days it is compared with: parts that add up to the change exactly. */
export function ProfitBridge({ store, range, compare }: Props) {
  const format = useFormat()
  const view = kept(useSearchParams())
  const asked = useBridge(store, range, compare)
  const { data } = asked
  const steps: Step[] | undefined = data && [
    {
      key: 'from',
      label: `Net profit ${shortRange(data.from.start, data.from.end)}`,
      amount: data.from.net_profit,
      kind: 'total',
      renderAmount: (amount) => (
        <Proven name="net_profit" figures={data.from} store={store}>
          {amount}
        </Proven>
      ),
    },
    ...data.parts
      .filter(({ amount }) => amount !== 0)
      .map((part): Step => {
        const { label, text, way } = partWords[part.part] ?? { label: part.part, text: '', way: undefined }
        return {
          key: part.part,
          label: <span title={text}>{label}</span>,
          amount: part.amount,
          kind: part.amount > 0 ? 'up' : 'down',
          note: part.products.length > 0 ? <Moved part={part} currency={data.currency} view={view} /> : undefined,
          renderAmount: (amount) => (
            <Told
              label={label}
              text={`${text} ${dayRange(data.to.start, data.to.end)} against ${dayRange(data.from.start, data.from.end)}.`}
              ways={[
                ...part.products.map(({ product_id, product }) => ({
                  href: withQuery('/products', { ...view, id: String(product_id) }),
                  label: clipped(product),
                })),
                ...(way ? [{ href: withQuery(way.path, { ...view, line: way.line }), label: way.label }] : []),
              ]}
            >
              {amount}
            </Told>
          ),
        }
      }),
    {
      key: 'to',
      label: `Net profit ${shortRange(data.to.start, data.to.end)}`,
      amount: data.to.net_profit,
      kind: 'total',
      renderAmount: (amount) => (
        <Proven name="net_profit" figures={data.to} store={store}>
          {amount}
        </Proven>
      ),
    },
  ]
  return (
    <section className={`${ui.panel} ${styles.panel}`} aria-labelledby="bridge-title">
      <header className={styles.head}>
        <div>
          <h2 id="bridge-title">Why net profit changed</h2>
          <p>
            {data ? (
              <>
                {data.net_profit_change > 0 && '+'}
                {format.money(data.net_profit_change, data.currency)} against {dayRange(data.from.start, data.from.end)}
                . The parts add up to the cent.
              </>
            ) : (
              asked.error === undefined && <Skeleton width={40} />
            )}
          </p>
        </div>
        <Downloads path="/financials/bridge" query={range && { ...range, store, compare }} />
      </header>
      {asked.error ? (
        <Asked asked={asked}>{() => null}</Asked>
      ) : (
        <Waterfall label="Parts of the change" steps={steps} currency={data?.currency} places={10} />
      )}
    </section>
  )
}

/** The products that a part moved most, with the amounts. */
function Moved({ part, currency, view }: { part: BridgePart; currency: string; view: Record<string, string> }) {
  const format = useFormat()
  return part.products.map(({ product_id, product, amount }, index) => (
    <Fragment key={product_id}>
      {index > 0 && ', '}
      <Link href={withQuery('/products', { ...view, id: String(product_id) })}>{clipped(product)}</Link>{' '}
      <span>{format.money(amount, currency)}</span>
    </Fragment>
  ))
}

const clipped = (name: string): string => (name.length > 40 ? `${name.slice(0, 39)}…` : name)
