import type { Language, Wanted } from './golden-set.ts'
import type { Figure, Value } from './values.ts'

type Words = Partial<Record<Figure, string>>
const EN: Words = {
  gross_sales: 'Gross sales were', discounts: 'Discounts came to', returns: 'Returns came to', net_sales: 'Net sales were', shipping_income: 'Shipping income was',
  revenue: 'Revenue was', cogs: 'The cost of goods was', written_off_goods: 'Written-off goods came to', cm1: 'CM1 was', shipping_cost: 'Shipping costs were',
  transaction_fees: 'Transaction fees were', cm2: 'CM2 was', ad_spend: 'Ad spend was', claimed: 'The platform claimed', cm3: 'CM3 was', taxes: 'Taxes were',
  orders: 'The number of orders was', units_sold: 'Units sold:', fixed_costs: 'Fixed costs were', total_costs: 'Total costs were', net_profit: 'Net profit was',
  aov: 'The average order value was', cac: 'CAC was', mer: 'MER was', poas: 'POAS was', break_even_roas: 'The break-even ROAS was', claimed_roas: 'The claimed ROAS was',
  cm1_percent: 'The CM1 margin was', cm2_percent: 'The CM2 margin was', cm3_percent: 'The CM3 margin was', margin_percent: 'The margin was',
  avg_daily_revenue: 'Average daily revenue was', avg_daily_profit: 'Average daily profit was', forecast_revenue: 'The forecast of revenue is', forecast_ad_spend: 'The forecast of ad spend is',
  forecast_cm3: 'The forecast of CM3 is', fixed_cost: 'The fixed cost is', fee_percent: 'The fee rule takes', unit_cost: 'The unit cost is', list_price: 'The list price is', products: 'products',
} // prettier-ignore
const NL: Words = {
  gross_sales: 'De bruto-omzet was', discounts: 'De kortingen waren', returns: 'De retouren waren', net_sales: 'De netto-omzet was', shipping_income: 'De verzendinkomsten waren',
  revenue: 'De omzet was', cogs: 'De inkoopwaarde was', written_off_goods: 'Afgeschreven goederen:', cm1: 'CM1 was', shipping_cost: 'De verzendkosten waren',
  transaction_fees: 'De transactiekosten waren', cm2: 'CM2 was', ad_spend: 'De advertentiekosten waren', claimed: 'Geclaimd werd', cm3: 'CM3 was', taxes: 'De btw was',
  orders: 'Aantal bestellingen:', units_sold: 'Verkochte stuks:', fixed_costs: 'De vaste kosten waren', total_costs: 'De totale kosten waren', net_profit: 'De nettowinst was',
  aov: 'De gemiddelde orderwaarde was', cac: 'De CAC was', mer: 'De MER was', poas: 'De POAS was', break_even_roas: 'De break-even ROAS was', claimed_roas: 'De geclaimde ROAS was',
  cm1_percent: 'De marge op CM1 was', cm2_percent: 'De marge op CM2 was', cm3_percent: 'De marge op CM3 was', margin_percent: 'De marge was',
  avg_daily_revenue: 'De gemiddelde dagomzet was', avg_daily_profit: 'De gemiddelde dagwinst was', forecast_revenue: 'De prognose voor de omzet is', forecast_ad_spend: 'De prognose voor de advertentiekosten is',
  forecast_cm3: 'De prognose voor CM3 is', fixed_cost: 'De vaste kosten zijn', fee_percent: 'De regel rekent', unit_cost: 'De kostprijs is', list_price: 'De prijs is', products: 'producten',
} // prettier-ignore
const DE: Words = {
  gross_sales: 'Der Bruttoumsatz betrug', discounts: 'Die Rabatte betrugen', returns: 'Die Retouren betrugen', net_sales: 'Der Nettoumsatz betrug', shipping_income: 'Die Versandeinnahmen betrugen',
  revenue: 'Der Umsatz betrug', cogs: 'Der Wareneinsatz betrug', written_off_goods: 'Abgeschriebene Waren:', cm1: 'Der Deckungsbeitrag 1 betrug', shipping_cost: 'Die Versandkosten betrugen',
  transaction_fees: 'Die Zahlungsgebühren betrugen', cm2: 'Der Deckungsbeitrag 2 betrug', ad_spend: 'Die Werbekosten betrugen', claimed: 'Behauptet wurden', cm3: 'Der Deckungsbeitrag 3 betrug', taxes: 'Die Mehrwertsteuer betrug',
  orders: 'Bestellungen:', units_sold: 'Verkaufte Einheiten:', fixed_costs: 'Die Fixkosten betrugen', total_costs: 'Die Gesamtkosten betrugen', net_profit: 'Der Nettogewinn betrug',
  aov: 'Der Warenkorbwert betrug', cac: 'Die Akquisitionskosten betrugen', mer: 'Die MER betrug', poas: 'Der POAS betrug', break_even_roas: 'Der Break-even-ROAS betrug', claimed_roas: 'Der behauptete ROAS betrug',
  cm1_percent: 'Die Marge nach DB1 betrug', cm2_percent: 'Die Marge nach DB2 betrug', cm3_percent: 'Die Marge nach DB3 betrug', margin_percent: 'Die Marge betrug',
  avg_daily_revenue: 'Der Tagesumsatz betrug im Schnitt', avg_daily_profit: 'Der Tagesgewinn betrug im Schnitt', forecast_revenue: 'Die Prognose für den Umsatz ist', forecast_ad_spend: 'Die Prognose für die Werbekosten ist',
  forecast_cm3: 'Die Prognose für den Deckungsbeitrag 3 ist', fixed_cost: 'Die Fixkosten sind', fee_percent: 'Die Regel nimmt', unit_cost: 'Die Stückkosten sind', list_price: 'Der Preis ist', products: 'Produkte',
} // prettier-ignore
const WORDS: Record<Language, Words> = { en: EN, nl: NL, de: DE }
const CHANGED: Record<Language, [up: string, down: string]> = {
  en: ['rose by', 'fell by'],
  nl: ['steeg met', 'daalde met'],
  de: ['stieg um', 'sank um'],
}

type Style = { group: string; point: string; money: (amount: string, sign: string, code: string) => string }
/** How people of the language write amounts, one after the other. */
const STYLES: Record<Language, Style[]> = {
  en: [
    { group: ',', point: '.', money: (amount, sign) => `${sign}${amount}` },
    { group: '', point: '.', money: (amount, _, code) => `${amount} ${code}` },
    { group: ',', point: '.', money: (amount, _, code) => `${code} ${amount}` },
  ],
  nl: [
    { group: '.', point: ',', money: (amount, sign) => `${sign} ${amount}` },
    { group: '.', point: ',', money: (amount, sign) => `${sign}${amount}` },
    { group: '', point: ',', money: (amount, _, code) => `${code} ${amount}` },
  ],
  de: [
    { group: '.', point: ',', money: (amount, sign) => `${amount} ${sign}` },
    { group: '’', point: ',', money: (amount, _, code) => `${amount} ${code}` },
    { group: ' ', point: ',', money: (amount, sign) => `${amount} ${sign}` },
  ],
}

/** A value as the language writes it; `nth` chooses the style. Its sign is left to the words, except below zero. */
export function written({ units, decimals, unit }: Value, language: Language, nth: number): string {
  const { group, point, money } = STYLES[language][nth % STYLES[language].length]!
  const digits = String(units < 0n ? -units : units).padStart(decimals + 1, '0')
  const whole = digits.slice(0, digits.length - decimals).replace(/\B(?=(\d{3})+$)/g, group)
  const number = decimals > 0 ? `${whole}${point}${digits.slice(-decimals)}` : whole
  const signed = units < 0n ? `-${number}` : number
  if (unit === 'EUR') return money(signed, '€', 'EUR')
  if (unit === 'GBP') return money(signed, '£', 'GBP')
  return unit === 'percent' ? `${signed}${language === 'en' ? '%' : ' %'}` : signed
}

/** One sentence that answers a question. */
export function sentenceOf({ figure, against }: Wanted, value: Value, language: Language, nth: number): string {
  const words = WORDS[language][figure]!
  if (figure === 'products') return `${value.units} ${words}.`
  if (!against) return `${value.name ? `${value.name}: ` : ''}${words} ${written(value, language, nth)}.`
  const noun = words.replace(/ (?:was|were|came to|waren|betrug|betrugen)$/, '')
  const [up, down] = CHANGED[language]
  const size = { ...value, units: value.units < 0n ? -value.units : value.units }
  return `${noun} ${value.units < 0n ? down : up} ${written(size, language, nth)}.`
}
