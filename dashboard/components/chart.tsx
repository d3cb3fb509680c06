'use client'

import type { Chart, ChartConfiguration } from 'chart.js'
import { useEffect, useRef } from 'react'
import type { Palette } from '../charts/palette.ts'
import { useTheme } from '../lib/preferences.ts'
import styles from './chart.module.css'

const NAMES: (keyof Palette)[] = [
  'bar',
  'barOpen',
  'profit',
  'loss',
  'lossSoft',
  'ink',
  'text',
  'rule',
  'zero',
  'surface',
]
const SERIES = Array.from({ length: 7 }, (_, place) => `series-${place + 1}`)

/** Colours of the page, those of rows of figures in their order, and its font. */
export type Colours = { palette: Palette; series: string[]; font: string }

/** Makes the chart, once its code is here. Keep it the same while its figures are. */
export type MakeChart = (colours: Colours) => Promise<ChartConfiguration>

/** A canvas with a chart in the colours of the page. What nobody looks at yet is not drawn, nor is what draws it loaded. */
export function useChart(make: MakeChart) {
  const { shown: theme } = useTheme()
  const canvas = useRef<HTMLCanvasElement>(null)
  const swatches = useRef<HTMLSpanElement>(null)
  const chart = useRef<Chart>(undefined)

  useEffect(() => {
    let left = false
    const [box, worn] = [canvas.current, swatches.current]
    if (!box || !worn) return undefined
    // It is drawn anew in another theme.
    box.dataset['theme'] = theme
    const draw = async () => {
      const [{ Chart }, content] = await Promise.all([import('chart.js'), make(coloursOf(box, worn))])
      if (!left) chart.current = new Chart(box, content)
    }
    const watch = new IntersectionObserver(
      (seen) => {
        if (!seen.some(({ isIntersecting }) => isIntersecting)) return
        watch.disconnect()
        void draw()
      },
      { rootMargin: '200px' },
    )
    watch.observe(box)
    return () => {
      left = true
      watch.disconnect()
      chart.current?.destroy()
      chart.current = undefined
    }
  }, [make, theme])

  const drawing = (
    <>
      <canvas ref={canvas} aria-hidden="true" />
      <span ref={swatches} className={styles.colours} hidden>
        {[...NAMES, ...SERIES].map((name) => (
          <span key={name} data-colour={name} />
        ))}
      </span>
    </>
  )
  return { chart, drawing }
}

function coloursOf(box: HTMLElement, swatches: HTMLElement): Colours {
  const worn = Object.fromEntries(
    [...swatches.children].map((one) => [one.getAttribute('data-colour'), getComputedStyle(one).color]),
  ) as Record<string, string>
  return {
    palette: worn as Palette,
    series: SERIES.map((name) => worn[name] ?? ''),
    font: getComputedStyle(box).fontFamily,
  }
}
