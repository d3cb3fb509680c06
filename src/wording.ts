import { minorDigits } from './money.ts'

/** The languages that the bot speaks. */
export const LANGUAGES = ['en', 'nl', 'de'] as const
export type Language = (typeof LANGUAGES)[number]

/** The language behind a code such as `nl-BE`; English for all that we do not speak. */
export const languageOf = (code: string | null | undefined): Language =>
  LANGUAGES.find((language) => code?.toLowerCase().split(/[-_]/)[0] === language) ?? 'en'

const LOCALES: Record<Language, string> = { en: 'en-GB', nl: 'nl-NL', de: 'de-DE' }

/** Names of figures: as a row of a statement, and as short as a bar of a chart is wide. */
const FIGURES = {
  revenue: { en: ['Revenue'], nl: ['Omzet'], de: ['Umsatz'] },
  cogs: { en: ['Cost of goods', 'Goods'], nl: ['Inkoopwaarde', 'Inkoop'], de: ['Wareneinsatz', 'Waren'] },
  shipping_cost: { en: ['Shipping'], nl: ['Verzending'], de: ['Versand'] },
  transaction_fees: { en: ['Fees'], nl: ['Transacties'], de: ['Gebühren'] },
  ad_spend: { en: ['Ad spend', 'Ads'], nl: ['Advertenties', 'Ads'], de: ['Werbung'] },
  fixed_costs: { en: ['Fixed costs', 'Fixed'], nl: ['Vaste kosten', 'Vast'], de: ['Fixkosten', 'Fix'] },
  net_profit: { en: ['Net profit', 'Profit'], nl: ['Nettowinst', 'Winst'], de: ['Nettogewinn', 'Gewinn'] },
  cm1: { en: ['CM1'], nl: ['CM1'], de: ['DB1'] },
  cm2: { en: ['CM2'], nl: ['CM2'], de: ['DB2'] },
  cm3: { en: ['CM3'], nl: ['CM3'], de: ['DB3'] },
  margin: { en: ['margin'], nl: ['marge'], de: ['Marge'] },
  orders: { en: ['orders'], nl: ['orders'], de: ['Bestellungen'] },
} as const satisfies Record<string, Record<Language, readonly [string, string?]>>
export type NamedFigure = keyof typeof FIGURES

const SENTENCES = {
  tax_excluded: { en: 'tax excluded', nl: 'excl. btw', de: 'ohne Steuern' },
  still_running: { en: 'still running', nl: 'loopt nog', de: 'läuft noch' },
} as const satisfies Record<string, Record<Language, string>>

export type Wording = ReturnType<typeof wording>

/** How figures, days and their names are written in a language. Amounts come as decimal text and never pass through a float. */
export function wording(language: Language) {
  const locale = LOCALES[language]
  const format = (options: Intl.NumberFormatOptions) => {
    const formatter = new Intl.NumberFormat(locale, options)
    return (value: string | number) => formatter.format(value as number).replaceAll('-', '−')
  }
  const decimals = (digits: number) => ({ minimumFractionDigits: digits, maximumFractionDigits: digits })
  const plain = [0, 1, 2, 3, 4].map((digits) => format(decimals(digits)))
  const compact = format({ notation: 'compact', maximumSignificantDigits: 3 })
  const day = (options: Intl.DateTimeFormatOptions) => {
    const formatter = new Intl.DateTimeFormat(locale, { ...options, timeZone: 'UTC' })
    return (day: string) => formatter.format(new Date(day))
  }
  const plainDecimal = (value: string) => {
    const fraction = /^-?\d+(?:\.(\d{1,4}))?$/.exec(value)
    return fraction ? plain[fraction[1]?.length ?? 0]!(value) : value
  }
  const longDay = day({ day: 'numeric', month: 'short', year: 'numeric' })
  const money = new Map<string, ReturnType<typeof format>>()
  return {
    language,
    /** `15,820.40`: an amount of the currency without its sign. */
    amount: (amount: string, currency: string) => plain[minorDigits(currency)]!(amount),
    /** `€15,820.40`: an amount with the currency's sign. */
    money: (amount: string, currency: string) => {
      const known = money.get(currency) ?? format({ style: 'currency', currency, ...decimals(minorDigits(currency)) })
      money.set(currency, known)
      return known(amount)
    },
    /** `34.6 %`, or a dash for null. */
    percent: (ratio: string | number | null) => (ratio === null ? '–' : `${plain[1]!(ratio)} %`),
    /** `1.82`, or a dash for null. */
    multiple: (ratio: string | number | null) => (ratio === null ? '–' : plain[2]!(ratio)),
    /** A plain decimal with the decimals that it has; other text as it is. */
    decimal: plainDecimal,
    count: (count: number) => plain[0]!(count),
    /** `15.8K`: for axes and bars only. */
    compact,
    day: longDay,
    /** `13 Apr 2026, 10:00`: a point in time on the clocks of a zone. */
    moment: (at: string, timeZone: string) =>
      new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short', timeZone }).format(new Date(at)),
    shortDay: day({ day: 'numeric', month: 'short' }),
    month: day({ month: 'short', year: '2-digit' }),
    /** `1 Apr 2026 – 13 Apr 2026`, or the one day. */
    range: ({ start, end }: { start: string; end: string }) =>
      start === end ? longDay(start) : `${longDay(start)} – ${longDay(end)}`,
    figure: (name: NamedFigure): string => FIGURES[name][language][0],
    shortFigure: (name: NamedFigure): string => FIGURES[name][language].at(-1)!,
    sentence: (name: keyof typeof SENTENCES): string => SENTENCES[name][language],
  }
}
