'use client'

import { type MakeChart, useChart } from '../chart.tsx'
import styles from './drawn.module.css'

type Props = {
  /** What is drawn, for those who hear it; the figures stand in a table. */
  label: string
  make: MakeChart
}

/** A chart that says what it shows; its figures are in the table beside it. */
export function Drawn({ label, make }: Props) {
  const { drawing } = useChart(make)
  return (
    <div className={styles.chart} role="img" aria-label={label}>
      {drawing}
    </div>
  )
}
