import type { Api } from 'grammy'
import { LANGUAGES, type Language } from '../wording.ts'

type Menu = Record<string, Record<Language, string>>

/** The commands that Telegram offers in private, and those that make sense in a group as well. */
const COMMANDS: Menu = {
  today: { en: 'What did we earn today?', nl: 'Wat verdienden we vandaag?', de: 'Was haben wir heute verdient?' },
  pnl: { en: 'Profit and loss: /pnl [period] [store]', nl: 'Winst en verlies: /pnl [periode] [winkel]', de: 'Gewinn und Verlust: /pnl [Zeitraum] [Shop]' }, // prettier-ignore
  store: { en: 'The store that is meant here: /store nl', nl: 'De winkel die hier bedoeld is: /store nl', de: 'Der Shop, um den es hier geht: /store nl' }, // prettier-ignore
  stop: { en: 'End what I am answering', nl: 'Stop met antwoorden', de: 'Nicht weiter antworten' },
  help: { en: 'What I can do', nl: 'Wat ik kan', de: 'Was ich kann' },
}

export const menuOf = (language: Language) =>
  Object.entries(COMMANDS).map(([command, texts]) => ({ command, description: texts[language] }))

/** The command menu in each language; English for everybody else. */
export async function setCommandMenus(api: Api, signal: Parameters<Api['getMe']>[0]): Promise<void> {
  for (const language of LANGUAGES)
    await api.setMyCommands(menuOf(language), language === 'en' ? {} : { language_code: language }, signal)
}
