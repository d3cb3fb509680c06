/** How numbers are written: €1,234.50, € 1.234,50 or 1.234,50 €. */
export const numberStyles = ['en', 'nl', 'de'] as const
export type NumberStyle = (typeof numberStyles)[number]

/** An amount in reading order; `minor` is the decimal sign with the decimals. */
export type AmountParts = { before: string; minor: string; after: string }

export type Format = ReturnType<typeof createFormat>

const locales: Record<NumberStyle, string> = { en: 'en-GB', nl: 'nl-NL', de: 'de-DE' }
const DECIMAL_SIGNS: Record<NumberStyle, string> = { en: '.', nl: ',', de: ',' }
const MINUS = '\u2212'

const typographic = (text: string): string => text.replaceAll('-', MINUS)

/** Writers for every kind of figure in one number style. A missing ratio (null) is written as a dash. */
export const createFormat = (style: NumberStyle) => {
  const locale = locales[style]
  const formatters = new Map<string, Intl.NumberFormat>()
  const formatter = (key: string, options: Intl.NumberFormatOptions): Intl.NumberFormat => {
    const known = formatters.get(key)
    if (known) return known
    const made = new Intl.NumberFormat(locale, options)
    formatters.set(key, made)
    return made
  }
  const money = (currency: string) => formatter(`money ${currency}`, { style: 'currency', currency })
  const plain = (digits: number) =>
    formatter(`plain ${digits}`, { minimumFractionDigits: digits, maximumFractionDigits: digits })
  // Asking a writer for its parts takes several times as long as writing.
  const digitsOf = (currency: string): number => money(currency).resolvedOptions().maximumFractionDigits ?? 2
  const write = (key: string, value: number | null, options: Intl.NumberFormatOptions): string =>
    value === null ? '–' : typographic(formatter(key, options).format(value))

  return {
    money: (value: number | null, currency: string): string =>
      value === null ? '–' : typographic(money(currency).format(value)),
    moneyParts: (value: number, currency: string, { symbol = true } = {}): AmountParts => {
      const digits = digitsOf(currency)
      const text = typographic((symbol ? money(currency) : plain(digits)).format(value))
      const decimal = digits === 0 ? -1 : text.lastIndexOf(DECIMAL_SIGNS[style])
      if (decimal === -1) return { before: text, minor: '', after: '' }
      const end = decimal + DECIMAL_SIGNS[style].length + digits
      return { before: text.slice(0, decimal), minor: text.slice(decimal, end), after: text.slice(end) }
    },
    /** Without the currency, where a heading names it. */
    amount: (value: number): string => write('amount', value, { minimumFractionDigits: 2, maximumFractionDigits: 2 }),
    /** With all decimals that there are: what one piece costs. */
    exactly: (value: number, currency: string): string =>
      write(`exactly ${currency}`, value, { style: 'currency', currency, maximumFractionDigits: 6 }),
    percent: (value: number | null): string =>
      write('percent', value, {
        style: 'unit',
        unit: 'percent',
        minimumFractionDigits: 1,
        maximumFractionDigits: 1,
      }),
    /** A percent with all decimals that were set: 2.9%, 1.4375%. */
    exactPercent: (value: number): string =>
      write('exact percent', value, { style: 'unit', unit: 'percent', maximumFractionDigits: 4 }),
    /** A part of one as percent: 0.125 is 12.5%. */
    rate: (value: number | null): string =>
      write('rate', value, { style: 'percent', minimumFractionDigits: 1, maximumFractionDigits: 1 }),
    points: (value: number | null): string =>
      write('points', value, { minimumFractionDigits: 1, maximumFractionDigits: 1 }),
    multiple: (value: number | null): string =>
      write('multiple', value, { minimumFractionDigits: 2, maximumFractionDigits: 2 }),
    count: (value: number | null): string => write('count', value, { maximumFractionDigits: 0 }),
    /** Short, for axes only: 1.5K. */
    axis: (value: number): string => write('axis', value, { notation: 'compact', maximumFractionDigits: 1 }),
  }
}
