import { Composer } from 'grammy'
import type { Language } from '../wording.ts'
import { menuOf } from './command-menus.ts'
import type { BotContext } from './context.ts'

const AROUND: Record<Language, (name: string) => [head: string, foot: string]> = {
  en: (name) => [
    `Hi ${name}, I am the profit desk.`,
    'Periods: today, last week, mtd, april, 2026-04, 1-13 apr.\n\nOr just ask: “What did we earn last week, and why?”',
  ],
  nl: (name) => [
    `Hoi ${name}, ik ben de winstdesk.`,
    'Periodes: vandaag, vorige week, mtd, april, 2026-04, 1-13 apr.\n\nOf vraag gewoon: “Wat verdienden we vorige week, en waarom?”',
  ],
  de: (name) => [
    `Hallo ${name}, ich bin der Profit-Desk.`,
    'Zeiträume: heute, letzte Woche, mtd, April, 2026-04, 1.-13. Apr.\n\nOder frag einfach: „Was haben wir letzte Woche verdient, und warum?“',
  ],
}

export function helpMessage(name: string, language: Language): string {
  const [head, foot] = AROUND[language](name)
  return [
    head,
    '',
    ...menuOf(language).map(({ command, description }) => `/${command} – ${description}`),
    '',
    foot,
  ].join('\n')
}

export const helpCommand = () => {
  const composer = new Composer<BotContext>()
  composer.command(['start', 'help'], (ctx) => ctx.reply(helpMessage(ctx.person.first_name, ctx.words.language)))
  return composer
}
