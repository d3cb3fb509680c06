import { GAP } from './exact.ts'

/**
 * What people call a figure, in English, Dutch and German (lower case): which figures a sentence is about. A word may mean several.
 * A figure that is not listed is called by the words of its own name: `open_orders` by "open orders".
 */
const CALLED: [pattern: string, ...figures: string[]][] = [
  ['gross sales|bruto ?-?(?:omzet|verkopen)|brutoumsatz|bruttoumsatz', 'gross_sales'],
  ['net sales|netto ?-?(?:omzet|verkopen)|nettoumsatz', 'net_sales', 'revenue'],
  ['revenues?|turnover|sales|takings|omzet|omzetten|verkopen|opbrengst(?:en)?|umsatz|umsätze|umsatzes|erlöse?', 'revenue', 'net_sales', 'gross_sales', 'avg_daily_revenue', 'claimed'],
  ['net profits?|net result|bottom line|nettowinst|nettogewinn|reingewinn|nettoresultaat', 'net_profit', 'avg_daily_profit'],
  ['profits?|earnings|loss(?:es)?|winst|verlies|resultaat|gewinn|gewinns|verlust|ergebnis', 'net_profit', 'cm1', 'cm2', 'cm3', 'avg_daily_profit', 'profit', 'effect'],
  ['gross profit|product margin|brutowinst|rohertrag|cm ?1|db ?1|contribution margin 1|contribution 1|deckungsbeitrag 1', 'cm1', 'cm1_percent'],
  ['cm ?2|db ?2|contribution margin 2|contribution 2|deckungsbeitrag 2', 'cm2', 'cm2_percent'],
  ['cm ?3|db ?3|contribution margin 3|contribution 3|deckungsbeitrag 3', 'cm3', 'cm3_percent', 'cm3_per_unit'],
  ['left|keep|kept|overgehouden|houden|übrig|bleibt|bleiben', 'margin_percent'],
  ['contribution(?: margin)?|deckungsbeitrag', 'cm1', 'cm2', 'cm3'],
  ['(?:net |profit )?margins?|marge|winstmarge|nettomarge|umsatzrendite|gewinnmarge', 'margin_percent', 'cm1_percent', 'cm2_percent', 'cm3_percent'],
  ['cogs|cost of goods(?: sold)?|goods|product costs?|inkoop(?:waarde|kosten)?|kostprijs|wareneinsatz|warenkosten|einkaufskosten|unit costs?|stückkosten', 'cogs', 'unit_cost', 'cost_price', 'cost'],
  ['written[ -]off(?: goods)?|afgeschreven(?: goederen)?|abgeschriebene waren?', 'written_off_goods'],
  ['shipping(?: costs?)?|fulfil?lment|verzending|verzendkosten|versand|versandkosten|porto', 'shipping_cost', 'shipping_income', 'shipping'],
  ['shipping income|verzendinkomsten|verzendopbrengsten|versandeinnahmen|versanderlöse', 'shipping_income'],
  ['(?:transaction |payment )?fees|transaction costs?|payment costs?|transactiekosten|transacties|betaalkosten|gebühren|transaktionskosten|zahlungsgebühren', 'transaction_fees', 'fees'],
  ['ad spend|ads?|advertising|marketing|media spend|advertenties?|advertentiekosten|advertentie-uitgaven|reclame|werbung|werbekosten|werbeausgaben|anzeigen|spend|spent|uitgegeven|ausgegeben', 'ad_spend', 'spend', 'amount'],
  ['fixed costs?|overheads?|vaste (?:kosten|lasten)|fixkosten|rent|huur|miete', 'fixed_costs', 'amount', 'per_day'],
  ['(?:total |all )?costs?|(?:totale )?kosten|gesamtkosten', 'total_costs', 'cogs', 'shipping_cost', 'transaction_fees', 'ad_spend', 'fixed_costs', 'unit_cost', 'cost', 'amount'],
  ['discounts?|kortingen|korting|rabatte?', 'discounts', 'discount'],
  ['returns?|returned|refunds?|refunded|retouren|retours?|terugbetal\\p{L}+|rückgaben|erstattung(?:en)?|erstattet', 'returns', 'refunds', 'refunded', 'units_returned', 'return_rate', 'returned'],
  ['return rate|retourpercentage|retourenquote|rücksendequote', 'return_rate', 'return_rate_percent'],
  ['tax(?:es)?|vat|btw|steuern?|mwst|mehrwertsteuer', 'taxes'],
  ['tips|fooien|trinkgeld(?:er)?', 'tips'],
  ['orders?|bestellingen|bestelling|bestellung(?:en)?', 'orders', 'order_count', 'first_orders'],
  ['units?(?: sold)?|pieces|stuks|eenheden|einheiten|stück', 'units_sold', 'units', 'quantity'],
  ['aov|average order(?: value)?|order value|basket|gemiddelde (?:order|bestel)waarde|bestelwaarde|warenkorb(?:wert)?|bestellwert', 'aov'],
  ['mer|roas|marketing efficiency', 'mer', 'roas', 'claimed_roas'],
  ['poas', 'poas'],
  ['break-?even(?: roas)?', 'break_even_roas'],
  ['cac|acquisition costs?|akquisitionskosten|acquisitiekosten', 'cac', 'ncac'],
  ['daily revenue|dagomzet|tagesumsatz', 'avg_daily_revenue', 'revenue'],
  ['daily profit|dagwinst|tagesgewinn', 'avg_daily_profit', 'net_profit'],
  ['claim(?:s|ed)?|geclaimd\\p{L}*|behauptet\\p{L}*', 'claimed', 'roas'],
  ['stock|inventory|voorraad|bestand|lagerbestand', 'stock', 'available'],
  ['price|prijs|preis', 'price', 'unit_price'],
  ['volume|volumen', 'volume'],
  ['mix', 'mix'],
  ['forecast|expected|prognose|verwacht\\p{L}*|erwartet\\p{L}*', 'forecast'],
] // prettier-ignore

const PATTERNS = CALLED.map(
  ([pattern, ...figures]) => [new RegExp(`(?<![\\p{L}\\d])(?:${pattern})(?![\\p{L}\\d])`, 'giu'), figures] as const,
)
const LISTED = new Set(CALLED.flatMap(([, ...figures]) => figures))

/** A name of figures in a text; `figures` are what it may mean. */
export type Named = { at: number; end: number; figures: ReadonlySet<string> }

/** The figures that a text names, the longest name first where several overlap; `others` are further figures of the data. */
export function namedIn(text: string, others: Iterable<string> = []): Named[] {
  const found: Named[] = []
  const add = (pattern: RegExp, figures: readonly string[]) => {
    for (const { 0: name, index } of text.matchAll(pattern))
      found.push({ at: index, end: index + name.length, figures: new Set(figures) })
  }
  for (const [pattern, figures] of PATTERNS) add(pattern, figures)
  for (const figure of others) {
    if (LISTED.has(figure) || figure.length < 3) continue
    const name = figure.replace(/_percent$/, '').split('_').map((word) => word.replace(/[^\p{L}\d]/gu, '.')).join('[ _-]') // prettier-ignore
    add(new RegExp(`(?<![\\p{L}\\d])${name}(?![\\p{L}\\d])`, 'giu'), [figure])
  }
  const longest = found.sort((a, b) => b.end - b.at - (a.end - a.at))
  const kept: Named[] = []
  for (const name of longest) {
    const same = kept.find(({ at, end }) => at === name.at && end === name.end)
    if (same) kept.splice(kept.indexOf(same), 1, { ...same, figures: same.figures.union(name.figures) })
    else if (!kept.some(({ at, end }) => at < name.end && end > name.at)) kept.push(name)
  }
  return kept.sort((a, b) => a.at - b.at)
}

const CONNECTS =
  /^[\s:=(,>–—-]*(?:(?:was|were|is|are|of|at|came|comes|in|stands|stood|now|totals?|totalled|equals|amounts?|amounted|reached|hit|this|last|month|week|year|today|yesterday|so far|for|the|period|on|from|till|until|then|only|just|about|around|roughly|a|an|exactly|total|over|under|below|above|just under|just over|more than|less than|nearly|almost|at least|at most|ruim|bijna|meer dan|minder dan|onder|boven|über|unter|mehr als|weniger als|fast|knapp|rund|etwa|rose to|rises to|grew to|fell to|dropped to|went to|increased to|decreased to|declined to|went from|van|bedraagt|bedroeg|kwam|komt|uit|op|ligt|lag|deze|dit|vorige|vorig|maand|jaar|vandaag|gisteren|voor|de|het|nu|is|steeg naar|daalde naar|groeide naar|ongeveer|liegt|bei|betrug|beträgt|von|ist|war|diesen|dieser|diese|letzten|letzte|monat|woche|jahr|heute|gestern|für|den|die|das|der|stieg auf|sank auf|fiel auf|stores?|all|april|may|june|july|january|february|march|august|september|october|november|december)(?![\p{L}])[\s:=(,–—-]*|\ue000+[\s:=(,–—-]*)*[€$£¥]?\s*$/iu
const FOLLOWS =
  /^\s*(?:euros?|eur|usd|gbp|dollars?|pounds?)?\s*(?:(?:of|in|aan|an|von)\s+)?(?:(?:the|de|die|der|total|net)\s+)?$/iu

/**
 * The figures that a sentence says a number is the value of, when the name stands right before it ("net profit this month: 5,474.89") or right
 * behind it ("€300 of ad spend"). Empty where it says nothing of the kind.
 */
export function claimedBy(
  { at, end, kind }: { at: number; end: number; kind: string },
  { plain, names, figures }: { plain: string; names: Named[]; figures: { at: number; end: number; kind: string }[] },
): ReadonlySet<string> {
  let text = plain
  for (const date of figures)
    if (date.kind === 'date') text = text.slice(0, date.at) + GAP.repeat(date.end - date.at) + text.slice(date.end)
  const before = names.findLast((name) => name.end <= at)
  if (before && CONNECTS.test(text.slice(before.end, at))) return before.figures
  const after = names.find((name) => name.at >= end)
  if (after && kind !== 'percent' && kind !== 'times' && FOLLOWS.test(text.slice(end, after.at))) return after.figures
  return new Set()
}
