import { Composer } from 'grammy'
import type { BotContext } from './context.ts'

export const helpMessage = (firstName: string) => `Hi ${firstName}, I am the profit desk.

/today – today so far
/pnl – this month; or say which: /pnl last month, /pnl nl, /pnl 2026-04 uk
/store – the store that is meant when you name none: /store nl
/stop – ends what I am answering
/help – this text

Or just ask: “What did we earn last week, and why?”`

export const helpCommand = () => {
  const composer = new Composer<BotContext>()
  composer.command(['start', 'help'], (ctx) => ctx.reply(helpMessage(ctx.person.first_name)))
  return composer
}
