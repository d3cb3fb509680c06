import { Elysia } from 'elysia'
import type { Update } from 'grammy/types'
import { timingSafeEqual } from 'node:crypto'
import * as v from 'valibot'
import { AppError } from '../errors.ts'

const Posted = v.looseObject({ update_id: v.pipe(v.number(), v.safeInteger()) })

/** `secret` is what Telegram shows us; `receive` stores an update. */
export type TelegramWebhook = { secret: string; receive: (update: Update) => Promise<unknown> }

const PATH = '/webhooks/telegram'

/** What Telegram sends us when the bot has a webhook: stored and answered at once, handled afterwards. */
export const telegramWebhookRoutes = ({ telegramWebhook: hook }: { telegramWebhook?: TelegramWebhook | undefined }) =>
  new Elysia({ name: 'telegram webhook', tags: ['telegram'] })
    // Before anything of the body is looked at.
    .onRequest(({ request }) => {
      if (request.method !== 'POST' || new URL(request.url).pathname !== PATH) return
      if (!hook) throw new AppError('not_found', 'No webhook is set: the bot asks Telegram for updates itself.')
      if (!isEqual(request.headers.get('x-telegram-bot-api-secret-token') ?? '', hook.secret))
        throw new AppError('unauthorized', 'Only Telegram may call this, with the secret of the webhook.')
    })
    .post(
      PATH,
      async ({ body }) => {
        await hook?.receive(body)
        return {}
      },
      {
        body: Posted,
        response: v.object({}),
        detail: { summary: 'Updates from Telegram; its header carries the secret of the webhook' },
      },
    )

const isEqual = (one: string, other: string) => {
  const [a, b] = [Buffer.from(one), Buffer.from(other)]
  return a.length === b.length && timingSafeEqual(a, b)
}
