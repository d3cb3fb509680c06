import type { ActionKind } from '../../sql/action-limits.ts'
import type { ActionStatus } from '../../sql/actions.ts'
import type { Language } from '../wording.ts'

type Texts = Record<Language, string>

const KINDS: Record<ActionKind, Texts> = {
  refund: { en: 'refund', nl: 'terugbetaling', de: 'Erstattung' },
  cancel: { en: 'cancel', nl: 'annulering', de: 'Stornierung' },
  address: { en: 'address', nl: 'adres', de: 'Adresse' },
  note: { en: 'note', nl: 'notitie', de: 'Notiz' },
  tag: { en: 'tag', nl: 'tags', de: 'Tags' },
  price: { en: 'price', nl: 'prijs', de: 'Preis' },
  inventory: { en: 'inventory', nl: 'voorraad', de: 'Bestand' },
  unit_cost: { en: 'unit cost', nl: 'kostprijs', de: 'Stückkosten' },
  tracking_mail: { en: 'tracking mail', nl: 'track-and-tracemail', de: 'Sendungsmail' },
}

/** What the parts of a value are called; in English by their own names. */
const PARTS: Record<string, Omit<Texts, 'en'>> = {
  order: { nl: 'order', de: 'Bestellung' },
  amount: { nl: 'bedrag', de: 'Betrag' },
  currency: { nl: 'valuta', de: 'Währung' },
  refunded: { nl: 'terugbetaald', de: 'erstattet' },
  left: { nl: 'resteert', de: 'übrig' },
  status: { nl: 'status', de: 'Status' },
  notify_customer: { nl: 'klant mailen', de: 'Kunden benachrichtigen' },
  restock: { nl: 'terug op voorraad', de: 'zurück ins Lager' },
  because: { nl: 'omdat', de: 'weil' },
  first_name: { nl: 'voornaam', de: 'Vorname' },
  last_name: { nl: 'achternaam', de: 'Nachname' },
  company: { nl: 'bedrijf', de: 'Firma' },
  address1: { nl: 'adres 1', de: 'Adresse 1' },
  address2: { nl: 'adres 2', de: 'Adresse 2' },
  zip: { nl: 'postcode', de: 'Postleitzahl' },
  city: { nl: 'plaats', de: 'Ort' },
  province: { nl: 'provincie', de: 'Provinz' },
  country: { nl: 'land', de: 'Land' },
  phone: { nl: 'telefoon', de: 'Telefon' },
  note: { nl: 'notitie', de: 'Notiz' },
  tags: { nl: 'tags', de: 'Tags' },
  sku: { nl: 'SKU', de: 'SKU' },
  price: { nl: 'prijs', de: 'Preis' },
  location: { nl: 'plek', de: 'Standort' },
  available: { nl: 'beschikbaar', de: 'verfügbar' },
  number: { nl: 'nummer', de: 'Nummer' },
  unit_cost: { nl: 'kostprijs', de: 'Stückkosten' },
  from: { nl: 'vanaf', de: 'ab' },
  to: { nl: 'tot en met', de: 'bis' },
}

const STATUS: Record<ActionStatus, Texts> = {
  pending: { en: 'Waits for approval.', nl: 'Wacht op een ja.', de: 'Wartet auf ein Ja.' },
  approved: { en: 'Approved.', nl: 'Goedgekeurd.', de: 'Genehmigt.' },
  rejected: { en: 'Rejected.', nl: 'Afgewezen.', de: 'Abgelehnt.' },
  expired: { en: 'Expired.', nl: 'Verlopen.', de: 'Abgelaufen.' },
  replaced: { en: 'Replaced by another proposal.', nl: 'Vervangen door een ander voorstel.', de: 'Durch einen anderen Vorschlag ersetzt.' },
  executing: { en: 'The outcome is not known yet. It goes on by itself; approve again to see it now.', nl: 'De uitkomst is nog niet bekend. Het gaat vanzelf verder; keur opnieuw goed om het nu te zien.', de: 'Das Ergebnis ist noch nicht bekannt. Es geht von selbst weiter; genehmige es noch einmal, um es jetzt zu sehen.' },
  executed: { en: 'Done.', nl: 'Gedaan.', de: 'Erledigt.' },
  failed: { en: 'Failed.', nl: 'Mislukt.', de: 'Fehlgeschlagen.' },
  undone: { en: 'Undone.', nl: 'Teruggedraaid.', de: 'Rückgängig gemacht.' },
} // prettier-ignore

const WORDS = {
  now: { en: 'Now: {parts}', nl: 'Nu: {parts}', de: 'Jetzt: {parts}' },
  none: { en: 'none', nl: 'geen', de: 'keine' },
  yes: { en: 'true', nl: 'ja', de: 'ja' },
  no: { en: 'false', nl: 'nee', de: 'nein' },
  why: { en: 'Why: {reason}', nl: 'Waarom: {reason}', de: 'Warum: {reason}' },
  profit: { en: 'Profit: {amount} ({basis})', nl: 'Winst: {amount} ({basis})', de: 'Gewinn: {amount} ({basis})' },
  people: { en: 'Needs {count} people.', nl: 'Heeft {count} mensen nodig.', de: 'Braucht {count} Personen.' },
  approved_by: { en: 'Approved by {email}', nl: 'Goedgekeurd door {email}', de: 'Genehmigt von {email}' },
  until: { en: 'Valid until {at} UTC.', nl: 'Geldig tot {at} UTC.', de: 'Gültig bis {at} UTC.' },
  approve: { en: '✅ Approve', nl: '✅ Goedkeuren', de: '✅ Genehmigen' },
  reject: { en: '✖️ Reject', nl: '✖️ Afwijzen', de: '✖️ Ablehnen' },
  differently: { en: '✏️ Do it differently', nl: '✏️ Doe het anders', de: '✏️ Mach es anders' },
  undo: { en: '↩️ Undo', nl: '↩️ Terugdraaien', de: '↩️ Rückgängig' },
  nothing: { en: 'Nothing waits for an approval.', nl: 'Er wacht niets op een ja.', de: 'Nichts wartet auf ein Ja.' },
  old: { en: 'This button is old. Send /approve for what waits now.', nl: 'Deze knop is oud. Stuur /approve voor wat er nu wacht.', de: 'Dieser Knopf ist alt. Sende /approve für das, was jetzt wartet.' },
  how: { en: 'Action #{id}, done differently: reply to this message and say how.', nl: 'Actie #{id}, anders gedaan: antwoord op dit bericht en zeg hoe.', de: 'Aktion #{id}, anders gemacht: antworte auf diese Nachricht und sag wie.' },
} as const satisfies Record<string, Texts> // prettier-ignore

/** On what an effect counts, as the proposals say it. */
const BASES: Record<string, Omit<Texts, 'en'>> = {
  'this order, tax left out': { nl: 'deze order, zonder btw', de: 'diese Bestellung, ohne Steuern' },
  'this order, goods back on the shelf, shipping and fees kept': { nl: 'deze order, goederen terug op de plank, verzending en kosten blijven', de: 'diese Bestellung, Ware zurück im Regal, Versand und Gebühren bleiben' },
  'this order, if the goods come back on the shelf; shipping and fees kept': { nl: 'deze order, als de goederen terug op de plank komen; verzending en kosten blijven', de: 'diese Bestellung, wenn die Ware zurück ins Regal kommt; Versand und Gebühren bleiben' },
  '30 days, when as many are sold as in the last 30; tax as in the price': { nl: '30 dagen, als er evenveel worden verkocht als in de laatste 30; btw zoals in de prijs', de: '30 Tage, wenn so viele verkauft werden wie in den letzten 30; Steuer wie im Preis' },
  '30 days, when as many are sold as in the last 30': { nl: '30 dagen, als er evenveel worden verkocht als in de laatste 30', de: '30 Tage, wenn so viele verkauft werden wie in den letzten 30' },
  'orders that are booked already': { nl: 'orders die al geboekt zijn', de: 'Bestellungen, die schon gebucht sind' },
} // prettier-ignore

const OF_ORDER: Texts = { en: 'order {number} of {store}', nl: 'order {number} van {store}', de: 'Bestellung {number} von {store}' } // prettier-ignore

const filled = (text: string, values: Record<string, string>) =>
  text.replace(/\{(\w+)\}/g, (_, name: string) => values[name] ?? '')

/** The words of an action's card in a language. */
export const actionWords = (language: Language) => ({
  word: (key: keyof typeof WORDS, values: Record<string, string> = {}) => filled(WORDS[key][language], values),
  kind: (kind: string) => KINDS[kind as ActionKind]?.[language] ?? kind.replaceAll('_', ' '),
  status: (status: ActionStatus) => STATUS[status][language],
  part: (name: string) => (language === 'en' ? undefined : PARTS[name]?.[language]) ?? name.replaceAll('_', ' '),
  basis: (basis: string) => (language === 'en' ? undefined : BASES[basis]?.[language]) ?? basis,
  target: (target: string) => {
    const order = /^order (\S+) of (\S+)$/.exec(target)
    return order ? filled(OF_ORDER[language], { number: order[1]!, store: order[2]! }) : target
  },
})

/** Which action a reply wishes otherwise, by the message that asked how, in whatever language. */
export const WISH = new RegExp(
  `^(?:${Object.values(WORDS.how)
    .map((text) => text.slice(0, text.indexOf(':')).replace('{id}', String.raw`(\d+)`))
    .join('|')}):`,
)
