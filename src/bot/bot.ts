import { SpanKind } from '@opentelemetry/api'
import { Bot, BotError, GrammyError, HttpError } from 'grammy'
import type { Update } from 'grammy/types'
import { connect, type Pool } from '../../sql/connect.ts'
import { leaseTelegram } from '../../sql/telegram.ts'
import type { OpenShop } from '../shopify/open-shop.ts'
import type { Desk } from '../agents/desk.ts'
import { expectedError } from '../errors.ts'
import { errorForLog, type Log } from '../log.ts'
import { createButtons } from './buttons.ts'
import { setCommandMenus } from './command-menus.ts'
import type { BotContext, BotDeps } from './context.ts'
import { floodLimits } from './flood-limits.ts'
import { groupEvents, isForUs } from './groups.ts'
import { adsCommand } from './ads.ts'
import { alertsCommand } from './alerts.ts'
import { createAnswers } from './answer.ts'
import { approveCommand } from './approve.ts'
import { compareCommand } from './compare.ts'
import { costCommand } from './cost.ts'
import { createDownload } from './download.ts'
import { exportCommand } from './export.ts'
import { goalCommand } from './goal.ts'
import { helpCommand } from './help.ts'
import { memoryCommand } from './memory.ts'
import { orderCommand } from './order.ts'
import { pictureTaps } from './picture.ts'
import { productCommand } from './product.ts'
import { settingsCommand } from './settings.ts'
import { storesCommand } from './stores.ts'
import { tasksCommand } from './tasks.ts'
import { topCommand } from './top.ts'
import { unlinkCommand } from './unlink.ts'
import { uploads } from './upload.ts'
import { whyCommand } from './why.ts'
import { identify } from './identify.ts'
import { observed } from '../telemetry/observe.ts'
import { observedCalls } from './observed-calls.ts'
import { createInbox, TryAgain } from './inbox.ts'
import { greeting, pairingTaps } from './pairing.ts'
import { pnlCommand } from './pnl.ts'
import { questions } from './question.ts'
import { ALLOWED_UPDATES, pollTelegram } from './receive.ts'
import { sendOnce, whileHandling } from './send-once.ts'
import { reconcileCommand } from './reconcile.ts'
import { sourcesCommand } from './sources.ts'
import { storeCommand } from './store.ts'
import { proofs } from './proof.ts'
import { readTaps } from './taps.ts'

export type RunningBot = ReturnType<typeof createBot>

/** Milliseconds between tries to reach Telegram, or to become the process that handles its updates. */
const PAUSE = 3_000

/**
 * The Telegram side. Any number of processes may start one: the database lets one of them handle updates at a time, and another takes
 * over when it ends. Updates come by long polling, or with `webhook` to our own address (see `api/telegram-webhook.ts`).
 */
export function createBot({
  sql,
  now,
  desk,
  openShop,
  log,
  report,
  token,
  apiRoot,
  pace = 1,
  webhook,
  databaseUrl,
  secret,
}: {
  sql: Pool
  now: () => Date
  desk: Desk
  openShop: OpenShop
  log: Log
  report: (error: unknown) => void
  token: string
  apiRoot?: string
  /** How many times as much as Telegram a Bot API server of one's own lets through. */
  pace?: number
  /** The address that Telegram sends updates to, and the secret that it then shows. */
  webhook?: { url: string; secret: string } | undefined
  databaseUrl: string
  /** Signs what buttons carry. */
  secret: string
}) {
  const bot = new Bot<BotContext>(token, { client: { ...(apiRoot && { apiRoot }) } })
  bot.api.config.use(observedCalls(), floodLimits(now, { pace }), sendOnce(sql))
  const download = createDownload((file_id) => bot.api.getFile(file_id), {
    root: apiRoot ?? 'https://api.telegram.org',
    token,
  })
  const deps: BotDeps = {
    sql,
    now,
    desk,
    openShop,
    report,
    answers: createAnswers({ sql, report }),
    download,
    buttons: createButtons({ secret, now }),
  }

  bot.use(groupEvents(deps))
  const asked = bot.filter(isForUs)
  asked.use(identify(deps), readTaps(deps))
  asked.use(
    helpCommand(),
    // Before the report of the same name: `/why 4,312.50` is about a figure.
    proofs(deps),
    ...[pnlCommand, whyCommand, compareCommand, topCommand, adsCommand, storesCommand].map((report) => report(deps)),
    orderCommand(),
    sourcesCommand(deps),
    reconcileCommand(),
    deps.answers.stopCommand(),
    ...[
      productCommand,
      costCommand,
      pictureTaps,
      exportCommand,
      approveCommand,
      uploads,
      storeCommand,
      settingsCommand,
      alertsCommand,
      goalCommand,
      tasksCommand,
      memoryCommand,
      unlinkCommand,
      pairingTaps,
      questions,
    ].map((feature) => feature(deps)),
  )
  asked.on('callback_query', (ctx) =>
    ctx.answerCallbackQuery({ text: 'This button is from an older version. Ask again for new ones.' }),
  )

  const inbox = createInbox({
    sql,
    now,
    report,
    handle: ({ update, attempt }) =>
      whileHandling(update.update_id, attempt, () =>
        observed(workOf(update, attempt), async () => {
          try {
            await bot.handleUpdate(update)
          } catch (error) {
            if (!(error instanceof BotError)) throw error
            await failed(error.ctx as BotContext, error.error)
          }
        }),
      ),
  })

  /** What a person is told of a failure. Telegram's own failures are no news for them: the update is handled again, or forgotten. */
  async function failed(ctx: BotContext, error: unknown): Promise<void> {
    if (error instanceof HttpError) throw new TryAgain(PAUSE, { cause: error })
    if (error instanceof GrammyError) {
      const seconds = error.parameters.retry_after
      if (seconds !== undefined || error.error_code >= 500) throw new TryAgain((seconds ?? 5) * 1_000, { cause: error })
      // Blocked, put out of the group, the message is gone: nobody is left to be told.
      if (error.error_code !== 403) report(error)
      return
    }
    const expected = expectedError(error)
    if (!expected) report(error)
    const text = expected?.message ?? 'Something went wrong on our side. It was logged; please try again.'
    try {
      if (ctx.callbackQuery) await ctx.answerCallbackQuery({ text: text.slice(0, 200), show_alert: true })
      else await ctx.reply(text)
    } catch (error) {
      if (error instanceof HttpError || error instanceof GrammyError) await failed(ctx, error)
      else throw error
    }
  }
  const stopping = new AbortController()
  const { signal } = stopping
  const grammySignal = signal as unknown as NonNullable<Parameters<typeof bot.init>[0]>
  let lease: Pool | undefined
  let running: Promise<unknown> = Promise.resolve()
  const isOurs = async () => {
    lease ??= connect(databaseUrl, { max: 1, name: 'dealdome telegram lease', held: true })
    return !signal.aborted && (await leaseTelegram(lease, {})).leased
  }
  const pause = async () => {
    for (let waited = 0; waited < PAUSE && !signal.aborted; waited += 100) await Bun.sleep(100)
  }

  /** Tries until it works or is stopped: no network, or another process with our token. */
  async function untilStopped(what: string, run: () => Promise<void>): Promise<void> {
    while (!signal.aborted) {
      try {
        await run()
      } catch (error) {
        if (!signal.aborted) log('warn', `telegram: ${what} failed, trying again`, errorForLog(error))
      }
      if (!signal.aborted) await pause()
    }
  }

  const receive = async () => {
    if (!(await isOurs())) return
    await setCommandMenus(bot.api, grammySignal)
    if (webhook) {
      await bot.api.setWebhook(
        webhook.url,
        { secret_token: webhook.secret, allowed_updates: ALLOWED_UPDATES },
        grammySignal,
      )
      log('info', 'telegram: webhook set')
      while (!signal.aborted && (await isOurs())) await pause()
    } else {
      await bot.api.deleteWebhook({}, grammySignal)
      log('info', 'telegram: polling')
      await pollTelegram(bot.api, inbox, signal)
    }
  }
  const handle = async () => {
    if (!(await isOurs())) return
    await bot.init(grammySignal)
    await inbox.run(isOurs)
  }

  return {
    start: () => {
      running = Promise.all([untilStopped('receiving', receive), untilStopped('handling', handle)])
    },
    /** Takes what Telegram sends to our own address, when it was told to. */
    webhook: webhook && { secret: webhook.secret, receive: (update: Update) => inbox.store([update]) },
    /** Tells a person whose pairing was approved. */
    greet: ({ telegram_id, first_name }: { telegram_id: number; first_name: string }) =>
      void bot.api.sendMessage(telegram_id, greeting(first_name)).catch(report),
    stop: async () => {
      stopping.abort()
      await inbox.stop()
      await running
      await lease?.end({ timeout: 2 })
    },
  }
}

/** An update as a work to be observed: which kind it is, nothing of what it says. */
function workOf(update: Update, attempt: number) {
  const kind = Object.keys(update).find((key) => key !== 'update_id') ?? 'unknown'
  const more = { 'telegram.update_id': update.update_id, 'telegram.attempt': attempt }
  const measure = 'dealdome.telegram.update.duration' as const
  return { name: `telegram ${kind}`, labels: { 'telegram.update': kind }, more, measure, kind: SpanKind.CONSUMER }
}
