import { createContext, useContext, useSyncExternalStore } from 'react'
import { createFormat, type Format, type NumberStyle, numberStyles } from './format.ts'
import { THEME_KEY } from './theme-script.ts'

export type ThemeChoice = 'system' | 'light' | 'dark'

const NUMBERS = 'dealdome.numbers'
const darkQuery = '(prefers-color-scheme: dark)'

/** The number style: the one chosen here before, else the one that the browser's language uses. */
export const useNumberStyle = (): [NumberStyle, (style: NumberStyle) => void] => [
  useSyncExternalStore<NumberStyle>(subscribe, numberStyle, () => 'en'),
  (style) => keep(NUMBERS, style),
]

/** Writers in the chosen number style. */
export const useFormat = (): Format => useContext(FormatContext)

// One for all figures of a page: the browser takes longer to make a writer than to use it.
const formats = new Map<NumberStyle, Format>()
export const formatIn = (style: NumberStyle): Format => {
  const known = formats.get(style)
  if (known) return known
  const made = createFormat(style)
  formats.set(style, made)
  return made
}

/** Given once around all pages: hundreds of figures that each listened for themselves made them slow. */
export const FormatContext = createContext(formatIn('en'))

/** The theme choice, and the theme that is on the screen now. */
export const useTheme = () => {
  const choice = useSyncExternalStore<ThemeChoice>(subscribe, themeChoice, () => 'system')
  const shown = useSyncExternalStore<'light' | 'dark'>(subscribe, shownTheme, () => 'light')
  const choose = (theme: ThemeChoice) => {
    if (theme === 'system') delete document.documentElement.dataset.theme
    else document.documentElement.dataset.theme = theme
    keep(THEME_KEY, theme)
  }
  return { choice, shown, choose }
}

const numberStyle = (): NumberStyle => {
  const kept = numberStyles.find((style) => style === read(NUMBERS))
  if (kept) return kept
  browsersStyle ??= styleOf(navigator.language)
  return browsersStyle
}

let browsersStyle: NumberStyle | undefined

/** The style for a language: its own where we have one, else the one with its decimal sign. */
const styleOf = (language: string): NumberStyle =>
  numberStyles.find((style) => language.toLowerCase().startsWith(style)) ??
  (new Intl.NumberFormat(language).format(1.5).includes(',') ? 'de' : 'en')

const themeChoice = (): ThemeChoice => {
  const kept = read(THEME_KEY)
  return kept === 'light' || kept === 'dark' ? kept : 'system'
}

const shownTheme = (): 'light' | 'dark' => {
  const choice = themeChoice()
  if (choice !== 'system') return choice
  return window.matchMedia(darkQuery).matches ? 'dark' : 'light'
}

// What was read once is not read again, until another tab changes it. Browsers that block storage throw on every access; a choice then lasts
// until the page is left.
const memory = new Map<string, string | null>()
const read = (key: string): string | null => {
  const here = memory.get(key)
  if (here !== undefined) return here
  const kept = stored(key)
  memory.set(key, kept)
  return kept
}
const stored = (key: string): string | null => {
  try {
    return localStorage.getItem(key)
  } catch {
    return null
  }
}
const keep = (key: string, value: string) => {
  memory.set(key, value)
  try {
    localStorage.setItem(key, value)
  } catch {
    // The value in memory holds.
  }
  tell()
}

// Every figure of a page listens, so the page listens once for all of them.
const listeners = new Set<() => void>()
let listening = false
const tell = () => listeners.forEach((changed) => changed())
const elsewhere = () => {
  memory.clear()
  tell()
}
const subscribe = (changed: () => void): (() => void) => {
  if (!listening) {
    listening = true
    window.addEventListener('storage', elsewhere)
    window.matchMedia(darkQuery).addEventListener('change', tell)
  }
  listeners.add(changed)
  return () => {
    listeners.delete(changed)
  }
}
