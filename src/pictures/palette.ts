import type { Palette } from '../../dashboard/charts/palette.ts'

export type Theme = 'light' | 'dark'

/** The dashboard's colours (dashboard/app/tokens.css) for a canvas, which cannot read them there; a test holds the two equal. */
export const PALETTES: Record<Theme, Palette & { shades: readonly string[]; muted: string }> = {
  light: {
    bar: '#d3dadb',
    barOpen: '#e9eced',
    profit: '#0b6850',
    loss: '#b42318',
    lossSoft: '#fbe3e0',
    ink: '#5f6b70',
    text: '#10181a',
    rule: '#e3e7e7',
    zero: '#859297',
    surface: '#ffffff',
    muted: '#455156',
    shades: ['#455156', '#6d7b80', '#94a1a5', '#b5bfc2', '#d3dadb'],
  },
  dark: {
    bar: '#354145',
    barOpen: '#232c2f',
    profit: '#58c8a5',
    loss: '#ff8b7e',
    lossSoft: '#3a1b18',
    ink: '#8f9ca0',
    text: '#edf1f1',
    rule: '#242c2e',
    zero: '#67757a',
    surface: '#141a1b',
    muted: '#b3bec1',
    shades: ['#b3bec1', '#8f9ca0', '#6c7a7f', '#4e5b60', '#354145'],
  },
}
