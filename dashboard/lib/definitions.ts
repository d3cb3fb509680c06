import type { FigureName } from './figures.ts'

export type Definition = { label: string; text: string }

/** What each shown figure means. Amounts exclude VAT and sales tax. */
export const definitions = {
  gross_sales: {
    label: 'Gross sales',
    text: 'List price × quantity of items sold, before discounts, without tax. Gift cards are not sales.',
  },
  discounts: { label: 'Discounts', text: 'Order and line discounts, without tax.' },
  returns: {
    label: 'Returns',
    text: 'Value of returned, cancelled and edited-away items, without tax, on the day it happened.',
  },
  net_sales: { label: 'Net sales', text: 'Gross sales − discounts − returns.' },
  shipping_income: {
    label: 'Shipping income',
    text: 'Shipping charged to customers − shipping refunded, without tax.',
  },
  tips: { label: 'Tips', text: 'Tips received.' },
  revenue: { label: 'Revenue', text: 'Net sales + shipping income + tips, without VAT and sales tax.' },
  cogs: {
    label: 'Cost of goods',
    text: 'Landed unit cost × units sold, less the cost of units that went back into stock.',
  },
  cm1: { label: 'Contribution 1', text: 'Revenue − cost of goods.' },
  shipping_cost: {
    label: 'Shipping cost',
    text: 'Outbound shipping, pick and pack, packaging, duties paid and return handling.',
  },
  transaction_fees: {
    label: 'Transaction fees',
    text: 'Payment fees, channel commission, chargebacks and their fees.',
  },
  cm2: { label: 'Contribution 2', text: 'Contribution 1 − shipping cost − transaction fees.' },
  ad_spend: { label: 'Ad spend', text: 'Media spend plus variable marketing such as agency percentages and creators.' },
  cm3: { label: 'Contribution 3', text: 'Contribution 2 − ad spend.' },
  fixed_costs: { label: 'Fixed costs', text: 'Recurring costs, spread over calendar days.' },
  net_profit: { label: 'Net profit', text: 'Revenue − all costs, which equals contribution 3 − fixed costs.' },
  margin_percent: { label: 'Margin', text: 'Net profit ÷ revenue.' },
  mer: { label: 'MER', text: 'Marketing efficiency ratio: revenue ÷ ad spend, over all channels.' },
  aov: { label: 'Order value', text: 'Average order value (AOV): revenue ÷ orders.' },
  written_off_goods: {
    label: 'Written-off goods',
    text: 'The part of the cost of goods that stayed a cost because returned units were not restocked.',
  },
  total_costs: {
    label: 'Total costs',
    text: 'Cost of goods + shipping cost + transaction fees + ad spend + fixed costs.',
  },
  taxes: { label: 'Taxes', text: 'Tax collected: a memo, never income.' },
  cm1_percent: { label: 'Contribution 1 %', text: 'Contribution 1 ÷ revenue.' },
  cm2_percent: { label: 'Contribution 2 %', text: 'Contribution 2 ÷ revenue.' },
  cm3_percent: { label: 'Contribution 3 %', text: 'Contribution 3 ÷ revenue.' },
  poas: { label: 'POAS', text: 'Profit on ad spend: contribution 2 ÷ ad spend. Break-even is 1.' },
  break_even_roas: {
    label: 'Break-even ROAS',
    text: 'Revenue ÷ contribution 2: the ROAS at which contribution 3 is 0.',
  },
  cac: { label: 'CAC', text: 'Acquisition cost: ad spend ÷ orders.' },
  avg_daily_revenue: { label: 'Revenue per day', text: 'Revenue ÷ calendar days.' },
  avg_daily_profit: { label: 'Profit per day', text: 'Net profit ÷ calendar days.' },
  units_sold: { label: 'Units sold', text: 'Units sold − units returned.' },
  orders: { label: 'Orders', text: 'Orders placed in the period. Test and voided orders are left out.' },
} satisfies Partial<Record<FigureName, Definition>>

export type DefinedFigure = keyof typeof definitions
