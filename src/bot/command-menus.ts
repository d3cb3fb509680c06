import type { Api } from 'grammy'
import { LANGUAGES, type Language } from '../wording.ts'

/** The commands that Telegram offers, most used first. */
const COMMANDS: Record<string, Record<Language, string>> = {
  today: { en: 'What did we earn today?', nl: 'Wat verdienden we vandaag?', de: 'Was haben wir heute verdient?' },
  pnl: { en: 'Profit and loss: last month nl', nl: 'Winst en verlies: vorige maand nl', de: 'Gewinn und Verlust: letzter Monat de' },
  why: { en: 'Why profit changed, or where a figure is from: 4,312.50', nl: 'Waarom de winst veranderde, of waar een cijfer vandaan komt: 4.312,50', de: 'Warum sich der Gewinn verändert hat, oder woher eine Zahl kommt: 4.312,50' },
  compare: { en: 'Two periods side by side', nl: 'Twee periodes naast elkaar', de: 'Zwei Zeiträume nebeneinander' },
  top: { en: 'Best and worst products', nl: 'Beste en slechtste producten', de: 'Beste und schlechteste Produkte' },
  ads: { en: 'Ad spend by platform', nl: 'Advertenties per platform', de: 'Werbung nach Plattform' },
  stores: { en: 'Stores side by side', nl: 'Winkels naast elkaar', de: 'Shops im Vergleich' },
  order: { en: 'An order and what was left of it: 1001', nl: 'Een order en wat er overbleef: 1001', de: 'Eine Bestellung und was übrig blieb: 1001' },
  product: { en: 'What a product earned: lamp', nl: 'Wat een product opbracht: lamp', de: 'Was ein Produkt gebracht hat: Lampe' },
  cost: { en: 'Unit costs, and changing them: lamp 12.50', nl: 'Kostprijzen, en ze aanpassen: lamp 12,50', de: 'Stückkosten, und sie ändern: Lampe 12,50' },
  approve: { en: 'What waits for a yes', nl: 'Wat op een ja wacht', de: 'Was auf ein Ja wartet' },
  export: { en: 'A statement as CSV, XLSX or PDF', nl: 'Een overzicht als CSV, XLSX of PDF', de: 'Eine Übersicht als CSV, XLSX oder PDF' },
  alerts: { en: 'What I tell without being asked', nl: 'Wat ik ongevraagd meld', de: 'Was ich ungefragt melde' },
  store: { en: 'The store that is meant here: nl, all', nl: 'De winkel die hier bedoeld is: nl, all', de: 'Der Shop, um den es hier geht: de, all' },
  goal: { en: 'The profit goal of this month: 10000', nl: 'Het winstdoel van deze maand: 10000', de: 'Das Gewinnziel dieses Monats: 10000' },
  tasks: { en: 'What is scheduled', nl: 'Wat er gepland staat', de: 'Was geplant ist' },
  memory: { en: 'What I remember', nl: 'Wat ik onthoud', de: 'Was ich mir gemerkt habe' },
  sources: { en: 'How fresh the data is', nl: 'Hoe vers de gegevens zijn', de: 'Wie frisch die Daten sind' },
  reconcile: { en: 'Do the books match Shopify? nl', nl: 'Kloppen de boeken met Shopify? nl', de: 'Stimmen die Bücher mit Shopify überein? de' },
  settings: { en: 'Language and colours', nl: 'Taal en kleuren', de: 'Sprache und Farben' },
  unlink: { en: 'Cut my Telegram from my account', nl: 'Mijn Telegram loskoppelen', de: 'Mein Telegram trennen' },
  stop: { en: 'End what I am answering', nl: 'Stop met antwoorden', de: 'Nicht weiter antworten' },
  help: { en: 'What I can do', nl: 'Wat ik kan', de: 'Was ich kann' },
} // prettier-ignore

export const menuOf = (language: Language) =>
  Object.entries(COMMANDS).map(([command, texts]) => ({ command, description: texts[language] }))

/** The command menu in each language; English for everybody else. */
export async function setCommandMenus(api: Api, signal: Parameters<Api['getMe']>[0]): Promise<void> {
  for (const language of LANGUAGES)
    await api.setMyCommands(menuOf(language), language === 'en' ? {} : { language_code: language }, signal)
}
