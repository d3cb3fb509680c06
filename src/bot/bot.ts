import { Bot } from 'grammy'
import { connect, type Pool, seeing, type Sql } from '../../sql/connect.ts'
import { claimTelegramUpdate, findTelegramPerson, leaseTelegramPolling } from '../../sql/telegram.ts'
import type { Desk } from '../agents/desk.ts'
import { expectedError } from '../errors.ts'
import { errorForLog, type Log } from '../log.ts'
import type { BotContext, BotDeps } from './context.ts'
import { helpCommand } from './help.ts'
import { pairStrangers } from './pairing.ts'
import { pnlCommand } from './pnl.ts'
import { questions } from './question.ts'

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
    const { user_id, email, role, store_ids } = person
    ctx.who = { user_id, email, role, stores: store_ids ?? 'all' }
    ctx.db = (work) => seeing(sql, ctx.who.stores, work)
    return next()
  })
  direct.use(helpCommand(), pnlCommand(deps), questions(deps))
  direct.on('callback_query', (ctx) =>
    ctx.answerCallbackQuery({ text: 'This button is from an older version. Send /pnl for new ones.' }),
  )
  bot.catch(async ({ error, ctx }) => {
    const expected = expectedError(error)
    if (!expected) report(error)
    const text = expected?.message ?? 'Something went wrong on our side. It was logged; please try again.'
    if (ctx.callbackQuery) await ctx.answerCallbackQuery({ text: text.slice(0, 200), show_alert: true }).catch(report)
    else await ctx.reply(text).catch(report)
  })

  const stopping = new AbortController()
  // The same thing under grammY's own type.
  const signal = stopping.signal as unknown as NonNullable<Parameters<typeof bot.init>[0]>
  let lease: Pool | undefined
  let polling: Promise<void> = Promise.resolve()

  /** Polls until stopped, and starts again after a failure: no network, or another poller with our token. */
  const poll = async () => {
    while (!signal.aborted) {
      try {
        lease ??= connect(databaseUrl, { max: 1, name: 'dealdome telegram lease', held: true })
        const { leased } = await leaseTelegramPolling(lease, {})
        if (leased) {
          // Both end at once on stop(), while start() would try for ever to learn who it is.
          await bot.api.setMyCommands(COMMANDS, {}, signal)
          await bot.init(signal)
          if (signal.aborted) return
          log('info', 'telegram: polling')
          await bot.start({ allowed_updates: ['message', 'callback_query'] })
        }
      } catch (error) {
        if (!signal.aborted) log('warn', 'telegram: polling failed, trying again', errorForLog(error))
      }
      for (let waited = 0; waited < 3_000 && !signal.aborted; waited += 100) await Bun.sleep(100)
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
      stopping.abort()
      // It tells Telegram what was handled. Without an answer Telegram sends that again, and the database knows it.
      if (bot.isRunning())
        await Promise.race([
          bot.stop().catch((error: unknown) => log('warn', 'telegram: no goodbye', errorForLog(error))),
          Bun.sleep(2_000),
        ])
      await polling
      await Promise.allSettled(running)
      await lease?.end({ timeout: 2 })
    },
  }
}
