import type { Language } from '../wording.ts'

type Texts = Record<Language, string>

const WORDS = {
  morning: { en: 'Good morning', nl: 'Goedemorgen', de: 'Guten Morgen' },
  weekly: { en: 'The week', nl: 'De week', de: 'Die Woche' },
  margin: { en: 'Margin', nl: 'Marge', de: 'Marge' },
  mer: { en: 'MER {mer} · break-even {even}', nl: 'MER {mer} · break-even {even}', de: 'MER {mer} · Break-even {even}' },
  above: { en: 'above', nl: 'erboven', de: 'darüber' },
  below: { en: 'below', nl: 'eronder', de: 'darunter' },
  best: { en: '▲ Best: {product} {amount}', nl: '▲ Beste: {product} {amount}', de: '▲ Bestes: {product} {amount}' },
  worst: { en: '▼ Worst: {product} {amount}', nl: '▼ Slechtste: {product} {amount}', de: '▼ Schlechtestes: {product} {amount}' },
  restated: { en: '<b>Restated since the last digest:</b> {amount} on {days} ({parts})', nl: '<b>Herzien sinds het vorige overzicht:</b> {amount} over {days} ({parts})', de: '<b>Seit der letzten Übersicht korrigiert:</b> {amount} für {days} ({parts})' },
  restated_nothing: { en: 'Nothing before it was restated.', nl: 'Eerdere dagen zijn niet herzien.', de: 'Frühere Tage wurden nicht korrigiert.' },
  gaps: { en: '<b>Gaps</b>', nl: '<b>Wat ontbreekt</b>', de: '<b>Lücken</b>' },
  still_open: { en: 'The day is still running in {stores}; these figures are not final.', nl: 'De dag loopt nog in {stores}; deze cijfers zijn niet definitief.', de: 'Der Tag läuft noch in {stores}; diese Zahlen sind nicht endgültig.' },
  no_orders: { en: 'No orders came in from {stores}.', nl: 'Er kwamen geen orders binnen van {stores}.', de: 'Von {stores} kamen keine Bestellungen.' },
  no_ads: { en: 'No ad spend yet of {stores}.', nl: 'Nog geen advertentiekosten van {stores}.', de: 'Noch keine Werbekosten von {stores}.' },
  no_cost: { en: 'No unit cost: {product}{more}.', nl: 'Geen kostprijs: {product}{more}.', de: 'Keine Stückkosten: {product}{more}.' },
  and_more: { en: ' and {count} more', nl: ' en nog {count}', de: ' und {count} weitere' },
  coverage: { en: 'Coverage {grade}. Known costs: goods {cogs}, shipping {shipping}, fees {fees} of revenue.', nl: 'Dekking {grade}. Bekende kosten: inkoop {cogs}, verzending {shipping}, transacties {fees} van de omzet.', de: 'Abdeckung {grade}. Bekannte Kosten: Waren {cogs}, Versand {shipping}, Gebühren {fees} des Umsatzes.' },
  by_hand: { en: 'Posted by hand: {stores}.', nl: 'Met de hand ingevoerd: {stores}.', de: 'Von Hand eingetragen: {stores}.' },
  step: { en: '➡️ {step}', nl: '➡️ {step}', de: '➡️ {step}' },
  step_ads: { en: 'Send me the ad spend of {stores} for {day} as a file.', nl: 'Stuur me de advertentiekosten van {stores} voor {day} als bestand.', de: 'Schick mir die Werbekosten von {stores} für {day} als Datei.' },
  step_orders: { en: 'Check whether {stores} really sold nothing: /sources.', nl: 'Kijk of {stores} echt niets verkocht: /sources.', de: 'Prüfe, ob {stores} wirklich nichts verkauft hat: /sources.' },
  step_cost: { en: 'Enter the unit cost of {product}: /cost', nl: 'Vul de kostprijs van {product} in: /cost', de: 'Trag die Stückkosten von {product} ein: /cost' },
  step_mer: { en: 'Ads cost more than they left: look at /ads yesterday.', nl: 'De advertenties kostten meer dan er overbleef: kijk bij /ads yesterday.', de: 'Die Werbung hat mehr gekostet als übrig blieb: siehe /ads yesterday.' },
  step_product: { en: 'Look at {product}, which lost money.', nl: 'Kijk naar {product}, waar geld op verloren ging.', de: 'Sieh dir {product} an: da ging Geld verloren.' },
  step_loss: { en: 'See what made it a loss: /why yesterday.', nl: 'Kijk waardoor het verlies kwam: /why yesterday.', de: 'Sieh, was den Verlust ausmachte: /why yesterday.' },
  step_none: { en: 'Nothing needs you today.', nl: 'Vandaag is er niets nodig.', de: 'Heute ist nichts nötig.' },
  nothing: { en: 'Nothing was booked for this day.', nl: 'Er is voor deze dag niets geboekt.', de: 'Für diesen Tag ist nichts gebucht.' },
} as const satisfies Record<string, Texts> // prettier-ignore

/** A phrase of the digests in a language, with `{name}` replaced by the values. */
export const digestWord = (key: keyof typeof WORDS, language: Language, values: Record<string, string> = {}): string =>
  WORDS[key][language].replace(/\{(\w+)\}/g, (_, name: string) => values[name] ?? '')

const ACCOUNTS: Record<string, Texts> = {
  gross_sales: { en: 'sales', nl: 'verkopen', de: 'Verkäufe' },
  discounts: { en: 'discounts', nl: 'kortingen', de: 'Rabatte' },
  returns: { en: 'returns', nl: 'retouren', de: 'Retouren' },
  shipping_income: { en: 'shipping income', nl: 'verzendinkomsten', de: 'Versandeinnahmen' },
  tips: { en: 'tips', nl: 'fooien', de: 'Trinkgeld' },
  cogs: { en: 'cost of goods', nl: 'inkoop', de: 'Wareneinsatz' },
  shipping_cost: { en: 'shipping cost', nl: 'verzendkosten', de: 'Versandkosten' },
  transaction_fees: { en: 'fees', nl: 'transactiekosten', de: 'Gebühren' },
  ad_spend: { en: 'ad spend', nl: 'advertenties', de: 'Werbung' },
}
/** What an account is called inside a sentence. */
export const accountWord = (account: string, language: Language): string => ACCOUNTS[account]?.[language] ?? account
