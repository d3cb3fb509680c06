'use client'

import type { Chart, ChartConfiguration } from 'chart.js'
import { useEffect, useRef } from 'react'
import type { Palette } from '../../charts/palette.ts'
import { useTheme } from '../../lib/preferences.ts'
import styles from './drawn.module.css'

const NAMES = ['profit', 'loss', 'ink', 'rule', 'zero', 'surface'] as const
const SERIES = Array.from({ length: 7 }, (_, place) => `series-${place + 1}`)

/** Colours of the page, and those of rows of figures in their order. */
export type Colours = { palette: Palette; series: string[]; font: string }

type Props = {
  /** What is drawn, for those who hear it; the figures stand in a table. */
  label: string
  /** Makes the chart, once its code is here. Keep it the same while its figures are. */
  make: (colours: Colours) => Promise<ChartConfiguration>
}

/** A chart that says what it shows; its figures are in the table beside it. */
export function Drawn(props: Props) {
  const { shown: theme } = useTheme()
  return <Drawing key={theme} {...props} />
}

function Drawing({ label, make }: Props) {
  const canvas = useRef<HTMLCanvasElement>(null)
  const swatches = useRef<HTMLSpanElement>(null)

  useEffect(() => {
    let left = false
    let chart: Chart | undefined
    const draw = async () => {
      const [box, colours] = [canvas.current, swatches.current]
      if (!box || !colours) return
      const worn = Object.fromEntries(
        [...colours.children].map((one) => [one.getAttribute('data-colour'), getComputedStyle(one).color]),
      ) as Record<string, string>
      const font = getComputedStyle(box).fontFamily
      const [{ Chart }, content] = await Promise.all([
        import('chart.js'),
        make({ palette: worn as Palette, series: SERIES.map((name) => worn[name] ?? ''), font }),
      ])
      if (!left) chart = new Chart(box, content)
    }
    void draw()
    return () => {
      left = true
      chart?.destroy()
    }
  }, [make])

  return (
    <div className={styles.chart} role="img" aria-label={label}>
      <canvas ref={canvas} aria-hidden="true" />
      <span ref={swatches} hidden>
        {[...NAMES, ...SERIES].map((name) => (
          <span key={name} data-colour={name} />
        ))}
      </span>
    </div>
  )
}
