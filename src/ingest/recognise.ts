import type { ImportKind } from '../../sql/imports.ts'
import { COLUMNS, type Layout, placesOf, plain } from './columns.ts'

/** Where the columns of a file stand: `header` is the index of the record that names them. */
export type Recognised = {
  kind: ImportKind
  layout: Layout | 'shopify orders'
  header: number
  places: Record<string, number>
}

/** Records in which the header is looked for: exports begin with a title and the days that they cover. */
export const HEADER_WITHIN = 12

type Rule = {
  kind: ImportKind
  layout: Layout
  fits: (has: (column: string) => boolean, columns: number) => boolean
  /** Names of columns that only this export has; one of them must be there. */
  marks?: RegExp
}

/** In the order in which they are tried: the most particular first. */
const RULES: Rule[] = [
  {
    kind: 'ad-spend',
    layout: 'tiktok ads',
    fits: (has) => has('date') && has('amount') && (has('campaign') || has('account')),
    marks:
      /^(by day|stat time day|nach tag|per dag|op dag|par jour|cpc destination|clicks destination|.*complete payment.*)$/,
  },
  {
    kind: 'ad-spend',
    layout: 'snapchat ads',
    fits: (has) => has('amount') && (has('date') || has('start')),
    marks: /^(swipe ups?|paid impressions|ad squad (name|id)|ad squad)$/,
  },
  {
    kind: 'ad-spend',
    layout: 'pinterest ads',
    fits: (has) => has('date') && has('amount'),
    marks:
      /^(spend in account currency|uitgaven in accountvaluta|ausgaben in kontowahrung|depenses dans la devise du compte)$/,
  },
  {
    kind: 'ad-spend',
    layout: 'microsoft ads',
    fits: (has) => has('date') && has('amount') && (has('campaign') || has('account')),
  },
  {
    kind: 'ad-spend',
    layout: 'meta ads',
    fits: (has) => has('amount') && (has('date') || has('start')),
  },
  { kind: 'ad-spend', layout: 'ad spend', fits: (has) => has('date') && has('amount') && has('platform') },
  {
    kind: 'ad-spend',
    layout: 'google ads',
    fits: (has) => has('date') && (has('amount') || has('micros')) && (has('campaign') || has('account')),
  },
  { kind: 'ad-spend', layout: 'ad spend', fits: (has) => has('date') && has('amount') && has('campaign') },
  {
    kind: 'products',
    layout: 'products',
    fits: (has) =>
      (has('sku') || has('id')) && has('name') && (has('status') || has('list_price') || has('cost_price')),
  },
  {
    kind: 'unit-costs',
    layout: 'unit costs',
    fits: (has) => (has('sku') || has('product_id')) && has('unit_cost'),
  },
  { kind: 'products', layout: 'products', fits: (has) => has('sku') && has('name') },
  { kind: 'fixed-costs', layout: 'fixed costs', fits: (has) => has('name') && has('amount') },
]

const SHOPIFY = ['name', 'created at', 'lineitem quantity', 'lineitem name', 'lineitem price']

/**
 * What kind of file this is, told by the first of its records; undefined for one that we cannot tell. Orders in other columns than
 * Shopify's need a mapping, and are not recognised.
 * @param wanted only this kind is looked for
 */
export function recognise(records: string[][], wanted?: ImportKind): Recognised | undefined {
  for (const [header, fields] of records.slice(0, HEADER_WITHIN).entries()) {
    if (fields.filter((field) => field.trim() !== '').length < 2) continue
    const names = fields.map(plain)
    if (SHOPIFY.every((name) => names.includes(name)) && (wanted ?? 'orders') === 'orders')
      return {
        kind: 'orders',
        layout: 'shopify orders',
        header,
        places: Object.fromEntries(names.map((name, index) => [name, index])),
      }
    for (const { kind, layout, fits, marks } of RULES) {
      if (wanted && wanted !== kind) continue
      if (marks && !names.some((name) => marks.test(name))) continue
      const places = placesOf(layout, fields)
      if (fits((column) => column in places, fields.length)) return { kind, layout, header, places }
    }
  }
  return undefined
}

/** How a kind of file is called in a sentence. */
export const KIND_WORDS: Record<ImportKind, string> = {
  orders: 'orders',
  'unit-costs': 'unit costs',
  'ad-spend': 'ad spend',
  'fixed-costs': 'fixed costs',
  products: 'products',
}

const NEEDED: Partial<Record<ImportKind, Layout>> = {
  'unit-costs': 'unit costs',
  'ad-spend': 'ad spend',
  'fixed-costs': 'fixed costs',
  products: 'products',
}

/** What a file of the wanted kind would have in its header, or which other kind it seems to be. */
export function whyNot(records: string[][], wanted: ImportKind): string {
  const other = recognise(records)
  if (other && other.kind !== wanted)
    return `This looks like a file of ${KIND_WORDS[other.kind]} (line ${other.header + 1} names its columns). Send it to /imports/${other.kind}.`
  const layout = NEEDED[wanted]
  if (!layout)
    return 'The columns of this file are not those of Shopify’s order export. Send a mapping that says which column is what.'
  const columns = Object.keys(COLUMNS[layout]).join(', ')
  const seen = records[0]?.map((name) => `"${name}"`).join(', ') ?? 'nothing'
  return `No line of the beginning names the columns of ${KIND_WORDS[wanted]}: ${columns}. The first line has: ${seen.slice(0, 500)}.`
}
