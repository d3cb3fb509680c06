import type { Language } from '../wording.ts'

type Texts = Record<Language, string>

/** What a tool that gives figures looked at. */
const TOOLS: Record<string, Texts> = {
  get_overview: { en: 'Overview', nl: 'Overzicht', de: 'Übersicht' },
  get_pnl: { en: 'Profit and loss', nl: 'Winst en verlies', de: 'Gewinn und Verlust' },
  compare_periods: { en: 'Why profit changed', nl: 'Waarom de winst veranderde', de: 'Warum sich der Gewinn verändert hat' },
  get_daily_figures: { en: 'Daily figures', nl: 'Cijfers per dag', de: 'Zahlen pro Tag' },
  compare_stores: { en: 'Stores side by side', nl: 'Winkels naast elkaar', de: 'Shops im Vergleich' },
  get_channel_totals: { en: 'Ad spend by platform', nl: 'Advertenties per platform', de: 'Werbung nach Plattform' },
  rank_products: { en: 'Products', nl: 'Producten', de: 'Produkte' },
  find_products: { en: 'Products', nl: 'Producten', de: 'Produkte' },
  get_product: { en: 'A product', nl: 'Een product', de: 'Ein Produkt' },
  get_order: { en: 'An order', nl: 'Een order', de: 'Eine Bestellung' },
  find_orders: { en: 'Orders', nl: 'Orders', de: 'Bestellungen' },
  get_customer_orders: { en: 'Orders of a customer', nl: 'Orders van een klant', de: 'Bestellungen eines Kunden' },
  get_stock: { en: 'Stock', nl: 'Voorraad', de: 'Bestand' },
  get_costs: { en: 'Costs', nl: 'Kosten', de: 'Kosten' },
  forecast_month: { en: 'Forecast of the month', nl: 'Prognose van de maand', de: 'Prognose des Monats' },
  query_data: { en: 'A question of its own in SQL', nl: 'Een eigen vraag in SQL', de: 'Eine eigene Frage in SQL' },
} // prettier-ignore
export const toolTitle = (tool: string, language: Language): string =>
  Object.hasOwn(TOOLS, tool) ? TOOLS[tool]![language] : tool.replaceAll('_', ' ')

const WORDS = {
  sources: { en: 'Sources', nl: 'Bronnen', de: 'Quellen' },
  why: { en: 'Why', nl: 'Waarom', de: 'Warum' },
  nothing: { en: 'This answer has no figures and cites nothing.', nl: 'Dit antwoord heeft geen cijfers en citeert niets.', de: 'Diese Antwort hat keine Zahlen und zitiert nichts.' },
  others: { en: 'Whoever asked can see where these figures come from.', nl: 'Wie het vroeg kan zien waar deze cijfers vandaan komen.', de: 'Wer gefragt hat, kann sehen, woher diese Zahlen kommen.' },
  as_of: { en: 'data as of {at}', nl: 'gegevens van {at}', de: 'Daten vom {at}' },
  rows: { en: '{count} rows', nl: '{count} rijen', de: '{count} Zeilen' },
  query: { en: 'Query', nl: 'Query', de: 'Abfrage' },
  asked: { en: 'Asked with', nl: 'Gevraagd met', de: 'Gefragt mit' },
  same: { en: '✅ Asked again just now: the same.', nl: '✅ Zojuist opnieuw gevraagd: hetzelfde.', de: '✅ Gerade noch einmal gefragt: dasselbe.' },
  changed: { en: '⚠️ Asked again just now, it is different:', nl: '⚠️ Zojuist opnieuw gevraagd, het is anders:', de: '⚠️ Gerade noch einmal gefragt, es ist anders:' },
  gone: { en: 'It cannot be asked again: what gave it is not there any more.', nl: 'Het kan niet opnieuw gevraagd worden: wat het gaf is er niet meer.', de: 'Es lässt sich nicht noch einmal fragen: was es ergab, gibt es nicht mehr.' },
  because: { en: 'Booked since:', nl: 'Sindsdien geboekt:', de: 'Seitdem gebucht:' },
  entries: { en: '{count} entries', nl: '{count} boekingen', de: '{count} Buchungen' },
  changes: { en: 'Changed since: {what}', nl: 'Sindsdien gewijzigd: {what}', de: 'Seitdem geändert: {what}' },
  more: { en: '… and {count} more', nl: '… en nog {count}', de: '… und {count} weitere' },
} as const satisfies Record<string, Texts> // prettier-ignore

/** A phrase about proofs in a language, with `{name}` replaced by the values. */
export const proofWord = (key: keyof typeof WORDS, language: Language, values: Record<string, string> = {}): string =>
  WORDS[key][language].replace(/\{(\w+)\}/g, (_, name: string) => values[name] ?? '')
