import type { PARTS as CAUSES } from '../../sql/bridge.ts'
import type { PeriodName } from '../day.ts'
import type { Language } from '../wording.ts'

type Texts = Record<Language, string>

const PERIODS: Record<PeriodName, Texts> = {
  today: { en: 'Today', nl: 'Vandaag', de: 'Heute' },
  yesterday: { en: 'Yesterday', nl: 'Gisteren', de: 'Gestern' },
  this_week: { en: 'This week', nl: 'Deze week', de: 'Diese Woche' },
  last_week: { en: 'Last week', nl: 'Vorige week', de: 'Letzte Woche' },
  this_month: { en: 'This month', nl: 'Deze maand', de: 'Dieser Monat' },
  last_month: { en: 'Last month', nl: 'Vorige maand', de: 'Letzter Monat' },
  last_30_days: { en: 'Last 30 days', nl: 'Laatste 30 dagen', de: 'Letzte 30 Tage' },
  last_90_days: { en: 'Last 90 days', nl: 'Laatste 90 dagen', de: 'Letzte 90 Tage' },
  this_year: { en: 'This year', nl: 'Dit jaar', de: 'Dieses Jahr' },
}
/** What a period is called on its button and over its figures. */
export const periodTitle = (name: PeriodName, language: Language): string => PERIODS[name][language]

const PARTS: Record<(typeof CAUSES)[number], Texts> = {
  price: { en: 'Prices', nl: 'Prijzen', de: 'Preise' },
  discounts: { en: 'Discounts', nl: 'Kortingen', de: 'Rabatte' },
  volume: { en: 'Volume', nl: 'Volume', de: 'Menge' },
  mix: { en: 'Mix', nl: 'Mix', de: 'Mix' },
  returns: { en: 'Returns', nl: 'Retouren', de: 'Retouren' },
  unit_cost: { en: 'Unit cost', nl: 'Kostprijs', de: 'Stückkosten' },
  shipping: { en: 'Shipping', nl: 'Verzending', de: 'Versand' },
  transaction_fees: { en: 'Fees', nl: 'Transacties', de: 'Gebühren' },
  ad_spend: { en: 'Ad spend', nl: 'Advertenties', de: 'Werbung' },
  fixed_costs: { en: 'Fixed costs', nl: 'Vaste kosten', de: 'Fixkosten' },
  fx: { en: 'Exchange rates', nl: 'Wisselkoersen', de: 'Wechselkurse' },
}
export const partTitle = (part: keyof typeof PARTS, language: Language): string => PARTS[part][language]

const PHRASES = {
  statement: { en: 'Profit and loss', nl: 'Winst en verlies', de: 'Gewinn und Verlust' },
  why: { en: 'Why', nl: 'Waarom', de: 'Warum' },
  compare: { en: 'Comparison', nl: 'Vergelijking', de: 'Vergleich' },
  top: { en: 'Products', nl: 'Producten', de: 'Produkte' },
  stores: { en: 'Stores', nl: 'Winkels', de: 'Shops' },
  ads: { en: 'Ads', nl: 'Advertenties', de: 'Werbung' },
  picture: { en: 'Picture', nl: 'Plaatje', de: 'Bild' },
  export: { en: 'File', nl: 'Bestand', de: 'Datei' },
  all: { en: 'All', nl: 'Alle', de: 'Alle' },
  all_stores: { en: 'All stores', nl: 'Alle winkels', de: 'Alle Shops' },
  running: { en: 'Today is still running.', nl: 'Vandaag loopt nog.', de: 'Heute läuft noch.' },
  change: { en: 'Change', nl: 'Verschil', de: 'Änderung' },
  nothing: { en: 'Nothing was sold in these days.', nl: 'Er is in deze dagen niets verkocht.', de: 'In diesen Tagen wurde nichts verkauft.' },
  more: { en: 'and {count} more', nl: 'en nog {count}', de: 'und {count} weitere' },
  by_hand: { en: 'Posted by hand: {days}.', nl: 'Met de hand ingevoerd: {days}.', de: 'Von Hand eingetragen: {days}.' },
  estimated: { en: 'Costs of {percent} of revenue are known; the rest is estimated.', nl: 'Van {percent} van de omzet zijn de kosten bekend; de rest is geschat.', de: 'Für {percent} des Umsatzes sind die Kosten bekannt; der Rest ist geschätzt.' },
  coverage: { en: 'Coverage {grade}: {cost} is known for {percent} of revenue.', nl: 'Dekking {grade}: {cost} is bekend voor {percent} van de omzet.', de: 'Abdeckung {grade}: {cost} ist für {percent} des Umsatzes bekannt.' },
  missing: { en: '<b>Missing costs</b>, by the revenue of the last 30 days that stands on them ({currency}):', nl: '<b>Ontbrekende kosten</b>, naar de omzet van de laatste 30 dagen die ervan afhangt ({currency}):', de: '<b>Fehlende Kosten</b>, nach dem Umsatz der letzten 30 Tage, der davon abhängt ({currency}):' },
  all_known: { en: 'All costs of the last 30 days are known.', nl: 'Alle kosten van de laatste 30 dagen zijn bekend.', de: 'Alle Kosten der letzten 30 Tage sind bekannt.' },
  claims: { en: 'Platforms claim more than was sold (in brackets: claimed ROAS). What counts is the shop as a whole:', nl: 'Platforms claimen meer dan er verkocht is (tussen haakjes: geclaimde ROAS). Wat telt is de hele winkel:', de: 'Plattformen beanspruchen mehr als verkauft wurde (in Klammern: ROAS laut Plattform). Was zählt, ist der ganze Shop:' },
  break_even: { en: 'break-even', nl: 'break-even', de: 'Break-even' },
  units: { en: 'sold', nl: 'verkocht', de: 'verkauft' },
  returned: { en: 'returned', nl: 'retour', de: 'zurück' },
  no_tasks: { en: 'Nothing is scheduled. Ask me: “Every Monday at nine tell me last week’s profit.”', nl: 'Er staat niets gepland. Vraag me: “Vertel me elke maandag om negen uur de winst van vorige week.”', de: 'Es ist nichts geplant. Frag mich: „Sag mir jeden Montag um neun den Gewinn der letzten Woche.“' },
  paused: { en: 'paused', nl: 'gepauzeerd', de: 'pausiert' },
  no_memories: { en: 'I remember nothing yet. Tell me: “Remember that …”', nl: 'Ik onthoud nog niets. Zeg me: “Onthoud dat …”', de: 'Ich habe mir noch nichts gemerkt. Sag mir: „Merk dir, dass …“' },
  proposed: { en: 'waits for a yes', nl: 'wacht op een ja', de: 'wartet auf ein Ja' },
  last_order: { en: 'Last order', nl: 'Laatste order', de: 'Letzte Bestellung' },
  last_import: { en: 'Last import', nl: 'Laatste import', de: 'Letzter Import' },
  no_shops: { en: 'No store has a Shopify shop.', nl: 'Geen winkel heeft een Shopify-shop.', de: 'Kein Shop ist mit Shopify verbunden.' },
  behind: { en: '{minutes} min behind', nl: 'loopt {minutes} min achter', de: '{minutes} Min. im Rückstand' },
  goal: { en: 'Goal', nl: 'Doel', de: 'Ziel' },
  so_far: { en: 'So far', nl: 'Tot nu toe', de: 'Bisher' },
  needed_per_day: { en: 'Needed per day', nl: 'Nodig per dag', de: 'Nötig pro Tag' },
  forecast: { en: 'Forecast', nl: 'Prognose', de: 'Prognose' },
  needed: { en: 'For the goal the whole month needs revenue of {revenue} with ad spend of {spend}.', nl: 'Voor het doel heeft de hele maand {revenue} omzet nodig met {spend} advertenties.', de: 'Für das Ziel braucht der ganze Monat {revenue} Umsatz bei {spend} Werbung.' },
  no_goal: { en: 'No goal is set for this month. Set one: /goal 10000', nl: 'Er is geen doel voor deze maand. Stel er een in: /goal 10000', de: 'Für diesen Monat gibt es kein Ziel. Setze eins: /goal 10000' },
  unlink: { en: 'Cut this Telegram from {email}? I will not answer you here any more, and what I tell in this chat without being asked ends. An administrator can let you in again.', nl: 'Deze Telegram loskoppelen van {email}? Ik antwoord je hier dan niet meer, en wat ik in deze chat ongevraagd meld stopt. Een beheerder kan je weer binnenlaten.', de: 'Dieses Telegram von {email} trennen? Ich antworte dir hier dann nicht mehr, und was ich in diesem Chat ungefragt melde, endet. Ein Administrator kann dich wieder einlassen.' },
  unlink_yes: { en: 'Unlink', nl: 'Loskoppelen', de: 'Trennen' },
  unlink_no: { en: 'Keep', nl: 'Zo laten', de: 'Lassen' },
  unlink_old: { en: 'This button is old. Send /unlink again.', nl: 'Deze knop is oud. Stuur /unlink opnieuw.', de: 'Dieser Knopf ist alt. Sende /unlink noch einmal.' },
  unlinked: { en: 'Cut from {email}. Goodbye.', nl: 'Losgekoppeld van {email}. Tot ziens.', de: 'Getrennt von {email}. Auf Wiedersehen.' },
  still_linked: { en: 'Nothing changed: you are {email} here.', nl: 'Er is niets veranderd: je bent hier {email}.', de: 'Nichts geändert: du bist hier {email}.' },
  lowest: { en: 'Lowest', nl: 'Laagste', de: 'Schlusslichter' },
  highest: { en: 'Highest', nl: 'Hoogste', de: 'Spitze' },
} as const satisfies Record<string, Texts> // prettier-ignore

/** A phrase in a language, with `{name}` replaced by the values. */
export const phrase = (key: keyof typeof PHRASES, language: Language, values: Record<string, string> = {}): string =>
  PHRASES[key][language].replace(/\{(\w+)\}/g, (_, name: string) => values[name] ?? '')
