import type { AlertKind } from '../../sql/alerts.ts'
import type { JobName } from '../../sql/jobs.ts'
import type { Language } from '../wording.ts'

type Texts = Record<Language, string>

const NAMES: Record<AlertKind, Texts> = {
  morning: { en: 'Morning digest', nl: 'Ochtendoverzicht', de: 'Morgenübersicht' },
  weekly: { en: 'Weekly review', nl: 'Weekoverzicht', de: 'Wochenrückblick' },
  order_loss: { en: 'Loss-making order', nl: 'Verlieslatende order', de: 'Bestellung mit Verlust' },
  refund: { en: 'Large refund', nl: 'Grote terugbetaling', de: 'Große Erstattung' },
  spend_without_sales: { en: 'Ads without sales', nl: 'Advertenties zonder verkoop', de: 'Werbung ohne Verkauf' },
  negative_cm3: { en: 'CM3 below zero at noon', nl: 'CM3 onder nul om 12 uur', de: 'DB3 mittags unter null' },
  margin_drop: { en: 'Margin drop', nl: 'Margedaling', de: 'Margeneinbruch' },
  reconciliation: { en: 'Not what Shopify says', nl: 'Niet wat Shopify zegt', de: 'Nicht, was Shopify sagt' },
  failure: { en: 'Something failed', nl: 'Er ging iets mis', de: 'Etwas ist fehlgeschlagen' },
}
export const alertName = (kind: AlertKind, language: Language): string => NAMES[kind][language]

const JOBS: Record<JobName, Texts> = {
  check_alerts: { en: 'watching the figures', nl: 'cijfers bewaken', de: 'Zahlen überwachen' },
  send_digest: { en: 'digests', nl: 'overzichten', de: 'Übersichten' },
  run_task: { en: 'a task', nl: 'een taak', de: 'eine Aufgabe' },
  send_delivery: { en: 'a message', nl: 'een bericht', de: 'eine Nachricht' },
  run_sync: { en: 'fetching data', nl: 'gegevens ophalen', de: 'Daten holen' },
  read_shopify_events: {
    en: 'reading changes in Shopify',
    nl: 'wijzigingen in Shopify lezen',
    de: 'Änderungen in Shopify lesen',
  },
  embed_chunks: { en: 'preparing material', nl: 'materiaal voorbereiden', de: 'Material vorbereiten' },
  sweep: { en: 'cleaning up', nl: 'opruimen', de: 'Aufräumen' },
  resume_actions: { en: 'going on with actions', nl: 'verdergaan met acties', de: 'Fortsetzen von Aktionen' },
  settle_days: { en: 'settling days', nl: 'dagen vastzetten', de: 'Tage festschreiben' },
  back_up: { en: 'backup', nl: 'back-up', de: 'Sicherung' },
}
/** `sweep (cleaning up)`: the job as it is listed, and what it does. */
export const jobName = (name: string, language: Language): string =>
  Object.hasOwn(JOBS, name) ? `${name} (${JOBS[name as JobName][language]})` : name

const WORDS = {
  order_loss: { en: 'Order {label} ({store}) lost {amount}: {reason}.', nl: 'Order {label} ({store}) kostte {amount}: {reason}.', de: 'Bestellung {label} ({store}) hat {amount} gekostet: {reason}.' },
  discount: { en: 'its discount is more than was left', nl: 'de korting is meer dan er overbleef', de: 'der Rabatt ist größer als der Rest' },
  shipping: { en: 'shipping costs more than was left', nl: 'de verzending kost meer dan er overbleef', de: 'der Versand kostet mehr als der Rest' },
  cost: { en: 'its goods cost too much for this price', nl: 'de inkoop is te duur voor deze prijs', de: 'die Ware ist zu teuer für diesen Preis' },
  refund: { en: 'Order {label} ({store}): {amount} refunded, tax excluded.', nl: 'Order {label} ({store}): {amount} terugbetaald, excl. btw.', de: 'Bestellung {label} ({store}): {amount} erstattet, ohne Steuern.' },
  spend_without_sales: { en: '{name}, {day}: {amount} spent on ads and nothing sold.', nl: '{name}, {day}: {amount} aan advertenties en niets verkocht.', de: '{name}, {day}: {amount} für Werbung und nichts verkauft.' },
  negative_cm3: { en: '{name}, {day}: CM3 is {amount} so far.', nl: '{name}, {day}: CM3 is tot nu toe {amount}.', de: '{name}, {day}: DB3 ist bisher {amount}.' },
  margin_drop: { en: '{name}, {day}: margin {amount}, against {compared} on this weekday in the four weeks before.', nl: '{name}, {day}: marge {amount}, tegen {compared} op deze weekdag in de vier weken ervoor.', de: '{name}, {day}: Marge {amount}, gegenüber {compared} an diesem Wochentag in den vier Wochen davor.' },
  reconciliation: { en: '{name}, {day}: the books are off by {amount} in {label} orders. Why: /reconcile {store}', nl: '{name}, {day}: de boeken wijken {amount} af in {label} orders. Waarom: /reconcile {store}', de: '{name}, {day}: die Bücher weichen um {amount} in {label} Bestellungen ab. Warum: /reconcile {store}' },
  failure: { en: 'The job {label} failed for good: {reason}', nl: 'De taak {label} is definitief mislukt: {reason}', de: 'Der Auftrag {label} ist endgültig fehlgeschlagen: {reason}' },
  cause: { en: 'Against {day}: {parts}', nl: 'Tegenover {day}: {parts}', de: 'Gegenüber {day}: {parts}' },
  more: { en: 'and {count} more', nl: 'en nog {count}', de: 'und {count} weitere' },
  mute: { en: '🔕 Mute 7 days', nl: '🔕 7 dagen stil', de: '🔕 7 Tage stumm' },
  unmute: { en: '🔔 Unmute', nl: '🔔 Niet meer stil', de: '🔔 Wieder laut' },
  raise: { en: 'Limit to {limit}', nl: 'Grens naar {limit}', de: 'Grenze auf {limit}' },
  muted: { en: 'Muted until {day}.', nl: 'Stil tot {day}.', de: 'Stumm bis {day}.' },
  raised: { en: 'From now on above {limit}.', nl: 'Voortaan boven {limit}.', de: 'Ab jetzt über {limit}.' },
  open_order: { en: 'Order {label}', nl: 'Order {label}', de: 'Bestellung {label}' },
  list: { en: '<b>What I tell without being asked</b>', nl: '<b>Wat ik ongevraagd meld</b>', de: '<b>Was ich ungefragt melde</b>' },
  list_hint: { en: 'Tap one to change it. Quiet hours: {quiet}.', nl: 'Tik er een aan om die te wijzigen. Stille uren: {quiet}.', de: 'Tippe eine an, um sie zu ändern. Ruhezeit: {quiet}.' },
  none: { en: 'none', nl: 'geen', de: 'keine' },
  on: { en: 'on', nl: 'aan', de: 'an' },
  off: { en: 'off', nl: 'uit', de: 'aus' },
  limit: { en: 'above {limit}', nl: 'boven {limit}', de: 'über {limit}' },
  points: { en: '{limit} points', nl: '{limit} punten', de: '{limit} Punkte' },
  turn_on: { en: 'Switch on', nl: 'Zet aan', de: 'Einschalten' },
  turn_off: { en: 'Switch off', nl: 'Zet uit', de: 'Ausschalten' },
  urgent: { en: 'Also in quiet hours', nl: 'Ook in stille uren', de: 'Auch in der Ruhezeit' },
  not_urgent: { en: 'Not in quiet hours', nl: 'Niet in stille uren', de: 'Nicht in der Ruhezeit' },
  quiet: { en: '🌙 Quiet {quiet}', nl: '🌙 Stil {quiet}', de: '🌙 Ruhe {quiet}' },
  back: { en: '‹ All', nl: '‹ Alle', de: '‹ Alle' },
} as const satisfies Record<string, Texts> // prettier-ignore
export type AlertWord = keyof typeof WORDS

/** A phrase about alerts in a language, with `{name}` replaced by the values. */
export const alertWord = (key: AlertWord, language: Language, values: Record<string, string> = {}): string =>
  WORDS[key][language].replace(/\{(\w+)\}/g, (_, name: string) => values[name] ?? '')
