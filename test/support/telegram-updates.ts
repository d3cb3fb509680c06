import type { Update, WebhookInfo } from 'grammy/types'
import { badRequest, Refusal } from './telegram-refusal.ts'
import type { Checker } from './telegram-spec.ts'

export type UpdateContent = Omit<Update, 'update_id'>
type Item = { update: Update; chat: number }
type Hook = { url: string; secret?: string; connections: number; error?: { date: number; message: string } }
type Poll = { answer: () => void; end: (updates: Update[]) => void; refuse: (refusal: Refusal) => void }
type SetWebhook = {
  url: string
  secret_token?: string
  max_connections?: number
  allowed_updates?: string[]
  drop_pending_updates?: boolean
}
type GetUpdates = { offset?: number; limit?: number; timeout?: number; allowed_updates?: string[] }

const BY_REQUEST_ONLY = new Set(['chat_member', 'message_reaction', 'message_reaction_count'])
const LONGEST_POLL = 50

const checkUrl = (url: string) => {
  if (!URL.canParse(url)) throw badRequest('bad webhook: invalid webhook URL specified')
  const { protocol, hostname } = new URL(url)
  const loopback = ['localhost', '127.0.0.1', '[::1]'].includes(hostname)
  if (protocol !== 'https:' && !(protocol === 'http:' && loopback))
    throw badRequest('bad webhook: An HTTPS URL must be provided for webhook')
}

/**
 * The bot's queue of updates and its two ways out: long polling and a webhook. `onReply` carries out the method call
 * that a webhook may put in its answer.
 */
export const createUpdates = ({
  checker,
  now,
  onReply,
}: {
  checker: Checker
  now: () => number
  onReply: (call: Record<string, unknown>) => Promise<unknown>
}) => {
  let pending: Item[] = []
  let poll: Poll | undefined
  let hook: Hook | undefined
  let allowed: Set<string> | undefined
  const busy = new Set<number>()
  const idlers = new Set<() => void>()
  const stopping = new AbortController()
  // Random, so that two stand-ins that share one database never repeat an id that was handled.
  let nextId = 100_000_000 + Math.floor(Math.random() * 800_000_000)

  const settle = () => {
    if (pending.length > 0) return
    for (const resolve of idlers) resolve()
    idlers.clear()
  }
  const drop = (gone: (item: Item) => boolean) => {
    pending = pending.filter((item) => !gone(item))
    settle()
  }
  const allow = (kinds: string[] | undefined) => {
    if (!kinds) return
    const unknown = kinds.find((kind) => !checker.updateKinds.includes(kind))
    if (unknown !== undefined) throw badRequest(`unknown update type "${unknown}" in allowed_updates`)
    allowed = kinds.length === 0 ? undefined : new Set(kinds)
  }

  const post = async ({ url, secret }: Hook, update: Update) => {
    const response = await fetch(url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(secret ? { 'x-telegram-bot-api-secret-token': secret } : {}),
      },
      body: JSON.stringify(update),
      redirect: 'manual',
      signal: stopping.signal,
    })
    const body = await response.text()
    if (!response.ok) throw new Error(`Wrong response from the webhook: ${response.status} ${response.statusText}`)
    return body
  }

  const awaits = (target: Hook, item: Item) => hook === target && pending.includes(item)

  /** Repeats one update until the webhook takes it; Telegram waits longer between tries. */
  const deliver = async (item: Item, target: Hook) => {
    for (let pause = 20; awaits(target, item); pause = Math.min(pause * 2, 1000)) {
      try {
        const body = await post(target, item.update)
        drop((other) => other === item)
        if (body.startsWith('{"')) await onReply(JSON.parse(body) as Record<string, unknown>)
      } catch (error) {
        target.error = {
          date: Math.floor(now() / 1000),
          message: error instanceof Error ? error.message : String(error),
        }
        await Bun.sleep(pause)
      }
    }
    busy.delete(item.chat)
    deliverAll()
  }
  const deliverAll = () => {
    for (const item of pending) {
      if (!hook || busy.size >= hook.connections) return
      if (busy.has(item.chat)) continue
      busy.add(item.chat)
      void deliver(item, hook)
    }
  }

  const removeHook = () => {
    hook = undefined
    return true as const
  }

  return {
    /** Queues an update unless the bot did not ask for its kind. `chat` keeps one chat's updates in order. */
    push: (content: UpdateContent, chat: number) => {
      const kind = Object.keys(content)[0] ?? ''
      if (allowed ? !allowed.has(kind) : BY_REQUEST_ONLY.has(kind)) return
      const update = structuredClone<Update>({ update_id: nextId++, ...content })
      const fault = checker.wrongUpdate(update)
      if (fault) throw new Error(`the stand-in made a wrong update: ${fault}`)
      pending.push({ update, chat })
      poll?.answer()
      deliverAll()
    },
    getUpdates: ({ offset = 0, limit = 100, timeout = 0, allowed_updates }: GetUpdates, signal: AbortSignal) => {
      if (hook)
        throw new Refusal(
          409,
          "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first",
        )
      if (limit < 1 || limit > 100) throw badRequest('limit must be between 1 and 100')
      allow(allowed_updates)
      const keepFrom = offset < 0 ? (pending.at(offset)?.update.update_id ?? 0) : offset
      drop(({ update }) => update.update_id < keepFrom)
      const batch = () => pending.slice(0, limit).map(({ update }) => update)
      if (pending.length > 0 || timeout <= 0) return batch()
      poll?.refuse(
        new Refusal(
          409,
          'Conflict: terminated by other getUpdates request; make sure that only one bot instance is running',
        ),
      )
      return new Promise<Update[]>((resolve, reject) => {
        const finish = () => {
          clearTimeout(timer)
          if (poll === mine) poll = undefined
        }
        const end = (updates: Update[]) => {
          finish()
          resolve(updates)
        }
        const refuse = (refusal: Refusal) => {
          finish()
          reject(refusal)
        }
        const mine: Poll = { answer: () => end(batch()), end, refuse }
        const timer = setTimeout(() => end([]), Math.min(timeout, LONGEST_POLL) * 1000)
        poll = mine
        signal.addEventListener('abort', () => end([]))
      })
    },
    setWebhook: (given: SetWebhook) => {
      if (given.drop_pending_updates) drop(() => true)
      if (given.url === '') return removeHook()
      checkUrl(given.url)
      const secret = given.secret_token
      if (secret !== undefined && secret.length > 256) throw badRequest('secret token is too long')
      if (secret !== undefined && !/^[\w-]+$/.test(secret))
        throw badRequest('secret token contains unallowed characters')
      allow(given.allowed_updates)
      poll?.refuse(new Refusal(409, 'Conflict: terminated by setWebhook request'))
      hook = { url: given.url, connections: given.max_connections ?? 40, ...(secret ? { secret } : {}) }
      deliverAll()
      return true as const
    },
    deleteWebhook: ({ drop_pending_updates }: { drop_pending_updates?: boolean }) => {
      if (drop_pending_updates) drop(() => true)
      return removeHook()
    },
    webhookInfo: (): WebhookInfo => ({
      url: hook?.url ?? '',
      has_custom_certificate: false,
      pending_update_count: pending.length,
      ...(hook ? { max_connections: hook.connections } : {}),
      ...(hook?.error ? { last_error_date: hook.error.date, last_error_message: hook.error.message } : {}),
      ...(allowed ? { allowed_updates: [...allowed] as NonNullable<WebhookInfo['allowed_updates']> } : {}),
    }),
    idle: () =>
      new Promise<void>((resolve) => {
        idlers.add(resolve)
        settle()
      }),
    stop: () => {
      removeHook()
      stopping.abort()
      poll?.end([])
    },
  }
}
export type Updates = ReturnType<typeof createUpdates>
