import type { FigureName } from './figures.ts'

/** Columns of the comparison of stores; `like` is the figure that they are written as. */
export const storeColumns = [
  {
    name: 'revenue',
    like: 'revenue',
    label: 'Revenue',
    text: 'Net sales + shipping income + tips, without VAT and sales tax.',
  },
  { name: 'net_sales', like: 'net_sales', label: 'Net sales', text: 'Gross sales − discounts − returns.' },
  { name: 'cm1', like: 'cm1', label: 'CM1', text: 'Revenue − cost of goods.' },
  { name: 'cm2', like: 'cm2', label: 'CM2', text: 'CM1 − shipping cost − transaction fees.' },
  { name: 'ad_spend', like: 'ad_spend', label: 'Ad spend', text: 'Media spend plus variable marketing.' },
  { name: 'cm3', like: 'cm3', label: 'CM3', text: 'CM2 − ad spend.' },
  {
    name: 'net_profit',
    like: 'net_profit',
    label: 'Net profit',
    text: 'CM3 − fixed costs; those of all stores are shared by revenue.',
  },
  { name: 'margin_percent', like: 'margin_percent', label: 'Margin', text: 'Net profit ÷ revenue.' },
  { name: 'orders', like: 'orders', label: 'Orders', text: 'Orders placed in the period.' },
  { name: 'aov', like: 'aov', label: 'Order value', text: 'Revenue ÷ orders.' },
  {
    name: 'return_rate',
    like: 'rate',
    label: 'Return rate',
    text: 'Of the units ordered in the period, the part that came back until now.',
  },
  {
    name: 'grade',
    like: 'grade',
    label: 'Coverage',
    text: 'How much of the revenue has known costs: A from 95%, B 85, C 70, D 50, E below.',
  },
] as const satisfies { name: string; like: FigureName | 'rate' | 'grade'; label: string; text: string }[]

/** What stands below the name of a store. */
export const storeFacts = {
  name: 'facts',
  label: 'Below the name',
  text: 'The last day with an order, the last day of ad spend, and whether the last 90 days match what the shop itself says, to the cent.',
}
