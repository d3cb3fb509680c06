import type { FigureName } from './figures.ts'

/** Columns of the product report in the order in which they are shown; `like` is the figure that they are written as. */
export const productColumns = [
  { name: 'units_sold', like: 'units_sold', label: 'Units', text: 'Units sold − units returned.' },
  { name: 'revenue', like: 'revenue', label: 'Revenue', text: 'Net sales of the product, without VAT and sales tax.' },
  {
    name: 'return_rate',
    like: 'rate',
    label: 'Return rate',
    text: 'Of the units ordered in the period, the part that came back until now.',
  },
  { name: 'cm1', like: 'cm1', label: 'CM1', text: 'Revenue − cost of goods.' },
  {
    name: 'cm2',
    like: 'cm2',
    label: 'CM2',
    text: 'CM1 − shipping cost − transaction fees, both shared by net sales.',
  },
  { name: 'direct_ad_spend', like: 'ad_spend', label: 'Direct ads', text: 'Ad spend on this product by name.' },
  {
    name: 'shared_ad_spend',
    like: 'ad_spend',
    label: 'Shared ads',
    text: 'Ad spend on no product by name, shared by net sales.',
  },
  { name: 'cm3', like: 'cm3', label: 'CM3', text: 'CM2 − direct and shared ad spend.' },
  { name: 'cm3_percent', like: 'margin_percent', label: 'CM3 %', text: 'CM3 ÷ revenue.' },
  { name: 'cm3_per_unit', like: 'cm3', label: 'CM3 per unit', text: 'CM3 ÷ units.' },
] as const satisfies { name: string; like: FigureName | 'rate'; label: string; text: string }[]

export type ProductColumn = (typeof productColumns)[number]['name']
