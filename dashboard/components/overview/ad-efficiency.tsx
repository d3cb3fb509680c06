import { memo } from 'react'
import type { ComparedFigures, Figures } from '../../lib/figures.ts'
import { Figure } from '../figure.tsx'
import { Proven } from '../proof/proven.tsx'
import { Meant, Term } from '../term.tsx'
import ui from '../ui.module.css'
import styles from './panels.module.css'

type Props = { figures: ComparedFigures | undefined; store: string | null }

/** What ads earned against the point at which they only pay for themselves. */
export const AdEfficiency = memo(function AdEfficiency({ figures, store }: Props) {
  return (
    <section className={ui.panel} aria-labelledby="ads-title" aria-busy={figures === undefined}>
      <h3 id="ads-title" className={styles.title}>
        Do ads pay?
      </h3>
      <Gauge name="poas" figures={figures} store={store} breakEven={1} />
      <Gauge name="mer" figures={figures} store={store} breakEven={figures?.break_even_roas} />
      <p className={styles.note}>{figures ? sentence(figures) : ''}</p>
    </section>
  )
})

type GaugeProps = Props & { name: 'poas' | 'mer'; breakEven: number | null | undefined }

/** A bar as long as the figure, with a line at break-even; twice break-even fills it. */
function Gauge({ name, figures, store, breakEven }: GaugeProps) {
  const value = figures?.[name]
  const share = value && breakEven && breakEven > 0 ? Math.min(1, value / (2 * breakEven)) : 0
  return (
    <div className={styles.gauge} data-gauge={name}>
      <p>
        <Term name={name} />
        <b>
          <Proven name={name} figures={figures} store={store}>
            <Figure name={name} value={value} currency={figures?.currency} skeleton={5} />
          </Proven>
        </b>
      </p>
      <span className={styles.scale} data-below={share < 0.5 || undefined} aria-hidden="true">
        <span style={{ width: `${share * 100}%` }} />
      </span>
      <p className={styles.even}>
        {name === 'poas' ? (
          <>
            <Meant label="Break-even" text="A POAS of 1: contribution 2 is just what the ads cost." />{' '}
            <Figure name="poas" value={breakEven} currency={figures?.currency} skeleton={4} />
          </>
        ) : (
          <>
            <Term name="break_even_roas" />{' '}
            <Proven name="break_even_roas" figures={figures} store={store}>
              <Figure name="break_even_roas" value={breakEven} currency={figures?.currency} skeleton={4} />
            </Proven>
          </>
        )}
      </p>
    </div>
  )
}

const sentence = ({ poas, ad_spend, break_even_roas }: Figures): string => {
  if (ad_spend === 0) return 'Nothing was spent on ads in this period.'
  if (poas === null || break_even_roas === null)
    return 'What was sold does not cover its own costs, with or without ads.'
  return poas >= 1
    ? 'Contribution 2 is more than what ads cost.'
    : 'Ads cost more than the contribution 2 that was earned.'
}
