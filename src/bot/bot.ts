import { Bot, type Context } from 'grammy'
import { connect, type Pool, type Sql } from '../../sql/connect.ts'
import {
  claimTelegramUpdate,
  findTelegramPerson,
  leaseTelegramPolling,
  type TelegramPerson,
} from '../../sql/telegram.ts'
import type { Desk } from '../agents/desk.ts'
import type { Who } from '../access.ts'
import { expectedError } from '../errors.ts'
import { errorForLog, type Log } from '../log.ts'
import { helpCommand } from './help.ts'
import { pairStrangers } from './pairing.ts'
import { pnlCommand } from './pnl.ts'
import { questions } from './question.ts'

export type BotContext = Context & { who: Who; person: TelegramPerson }
export type BotDeps = {
  sql: Sql
  now: () => Date
  desk: Desk
  /** Runs work that may take long beside the updates that follow; `stop` waits for it. */
  background: (work: Promise<unknown>) => void
}
export type RunningBot = ReturnType<typeof createBot>

const COMMANDS = [
  { command: 'today', description: 'What did we earn today?' },
  { command: 'pnl', description: 'Profit and loss: /pnl [period] [store]' },
  { command: 'help', description: 'What I can do' },
]

/**
 * The Telegram side by long polling. Any number of processes may start one: the database lets one poll at a time, and another takes
 * over when it ends.
 */
export function createBot({
  sql,
  now,
  desk,
  log,
  report,
  token,
  apiRoot,
  databaseUrl,
}: {
  sql: Sql
  now: () => Date
  desk: Desk
  log: Log
  report: (error: unknown) => void
  token: string
  apiRoot?: string
  databaseUrl: string
}) {
  const bot = new Bot<BotContext>(token, { client: { ...(apiRoot && { apiRoot }) } })
  const running = new Set<Promise<unknown>>()
  const background: BotDeps['background'] = (work) => {
    const ended = work.catch(report).finally(() => running.delete(ended))
    running.add(ended)
  }
  const deps: BotDeps = { sql, now, desk, background }

  bot.use(async (ctx, next) => {
    if ((await claimTelegramUpdate(sql, { update_id: ctx.update.update_id })) > 0) await next()
  })
  const direct = bot.filter((ctx) => ctx.chat?.type === 'private' && ctx.from !== undefined)
  direct.use(async (ctx, next) => {
    const person = ctx.from && (await findTelegramPerson(sql, { telegram_id: ctx.from.id }))
    if (!person) return pairStrangers(deps)(ctx)
    ctx.person = person
    ctx.who = { user_id: person.user_id, email: person.email, role: person.role }
    return next()
  })
  direct.use(helpCommand(), pnlCommand(deps), questions(deps))
  bot.catch(async ({ error, ctx }) => {
    const expected = expectedError(error)
    if (!expected) report(error)
    const text = expected?.message ?? 'Something went wrong on our side. It was logged; please try again.'
    if (ctx.callbackQuery) await ctx.answerCallbackQuery({ text: text.slice(0, 200), show_alert: true }).catch(report)
    else await ctx.reply(text).catch(report)
  })

  let stopping = false
  let lease: Pool | undefined
  let polling: Promise<void> = Promise.resolve()

  /** Polls until stopped, and starts again after a failure: no network, or another poller with our token. */
  const poll = async () => {
    while (!stopping) {
      try {
        lease ??= connect(databaseUrl, { max: 1, name: 'dealdome telegram lease' })
        const { leased } = await leaseTelegramPolling(lease, {})
        if (leased) {
          await bot.api.setMyCommands(COMMANDS)
          log('info', 'telegram: polling')
          await bot.start({ allowed_updates: ['message', 'callback_query'] })
        }
      } catch (error) {
        log('warn', 'telegram: polling failed, trying again', errorForLog(error))
      }
      for (let waited = 0; waited < 3_000 && !stopping; waited += 100) await Bun.sleep(100)
    }
  }

  return {
    start: () => {
      polling = poll()
    },
    /** Tells a person whose pairing was approved. */
    greet: ({ telegram_id, first_name }: { telegram_id: number; first_name: string }) =>
      background(bot.api.sendMessage(telegram_id, `You are in, ${first_name}. Try /today or just ask me something.`)),
    stop: async () => {
      stopping = true
      if (bot.isRunning()) await bot.stop()
      await polling
      await Promise.allSettled(running)
      await lease?.end({ timeout: 2 })
    },
  }
}
