import type { Message, ResponseParameters, UserFromGetMe } from 'grammy/types'
import { createChats } from './telegram-chats.ts'
import { createFiles } from './telegram-files.ts'
import { createMethods, type Toast } from './telegram-methods.ts'
import { createPeople, type Group, type Person } from './telegram-people.ts'
import { badRequest, Refusal } from './telegram-refusal.ts'
import { loadChecker } from './telegram-spec.ts'
import { createUpdates, type UpdateContent } from './telegram-updates.ts'

export type { Group, Heard, Person } from './telegram-people.ts'
/** One call of the bot: `body` as it was sent, `at` in ms since 1970, `refused` the description of an error answer. */
export type Call = { method: string; body: Record<string, unknown>; at: number; refused?: string }
export type Fault = { error_code: number; description: string; parameters?: ResponseParameters }
export type Telegram = Awaited<ReturnType<typeof startTelegram>>

type Options = {
  token?: string
  specFile?: string
  port?: number
  username?: string
  /** With privacy mode, the default, the bot gets only those messages of a group that are meant for it. */
  privacy?: boolean
  now?: () => number
}

const STAND_IN_TOKEN = '1234567890:stand-in'

/**
 * A strict stand-in of the Telegram Bot API on loopback. `root` is the API root for the bot. Calls are checked against
 * the published description of the API (`specUsed` tells whether its file was there); unknown fields are refused,
 * although the real server ignores them, since they are always a mistake.
 */
export const startTelegram = async ({
  token = STAND_IN_TOKEN,
  specFile,
  port = 0,
  username = 'dealdome_bot',
  privacy = true,
  now = Date.now,
}: Options = {}) => {
  const checker = await loadChecker(specFile)
  const calls: Call[] = []
  const faults = new Map<string, Fault[]>()
  const queries = new Map<string, (toast: Toast) => void>()
  const bot: UserFromGetMe = {
    id: Number(token.split(':')[0]) || 1,
    is_bot: true,
    first_name: 'DealDome',
    username,
    can_join_groups: true,
    can_read_all_group_messages: !privacy,
    supports_guest_queries: false,
    supports_inline_queries: false,
    can_connect_to_business: false,
    has_main_web_app: false,
    has_topics_enabled: false,
    allows_users_to_create_topics: false,
    can_manage_bots: false,
    supports_join_request_queries: false,
  }
  const author = { id: bot.id, is_bot: true, first_name: bot.first_name, username }
  const chats = createChats({ bot: author, now })
  const files = createFiles()

  const carryOut = async (
    name: string,
    body: Record<string, unknown>,
    uploads: Map<string, File>,
    signal: AbortSignal,
  ) => {
    const method = checker.methodNamed(name)
    const call: Call = { method: method ?? name, body, at: now() }
    calls.push(call)
    try {
      if (!method) throw new Refusal(404, 'Not Found: method not found')
      const fault = faults.get(method)?.shift()
      if (fault) throw new Refusal(fault.error_code, fault.description, fault.parameters)
      const wrong = checker.wrongCall(method, body)
      if (wrong) throw badRequest(`${method}: ${wrong}`)
      const handler = methods.get(method)
      if (!handler) throw new Refusal(501, `Not Implemented: the stand-in does not carry out ${method}`)
      const result = await handler(body, uploads, signal)
      const wrongAnswer = checker.wrongAnswer(method, result)
      if (wrongAnswer)
        throw new Refusal(500, `Internal Server Error: the stand-in's own answer is wrong: ${wrongAnswer}`)
      return result
    } catch (error) {
      if (error instanceof Refusal) call.refused = error.description
      throw error
    }
  }

  const updates = createUpdates({
    checker,
    now,
    onReply: async ({ method, ...body }) => {
      if (typeof method !== 'string') return
      await carryOut(method, body, new Map(), new AbortController().signal)
    },
  })
  const methods = createMethods({ bot, chats, files, updates, queries })

  const readBody = async (request: Request, method: string) => {
    const type = request.headers.get('content-type') ?? ''
    const uploads = new Map<string, File>()
    if (type.startsWith('application/json')) {
      const text = await request.text()
      const body: unknown = text === '' ? {} : JSON.parse(text)
      if (typeof body !== 'object' || body === null || Array.isArray(body)) throw badRequest('object expected')
      return { body: body as Record<string, unknown>, uploads }
    }
    const query = [...new URL(request.url).searchParams]
    const form = /^(?:multipart\/form-data|application\/x-www-form-urlencoded)/.test(type)
    const entries = form ? [...query, ...(await request.formData())] : query
    const body: Record<string, unknown> = {}
    for (const [name, value] of entries) {
      if (typeof value === 'string') body[name] = checker.fromText(checker.methodNamed(method) ?? method, name, value)
      else uploads.set(name, value)
    }
    // A part that no attach:// address names is the value of the field it is called after.
    const addressed = JSON.stringify(body)
    for (const [name, file] of uploads) if (!addressed.includes(`attach://${name}`)) body[name] = file
    return { body, uploads }
  }

  const refusalResponse = ({ error_code, description, parameters }: Refusal) =>
    Response.json({ ok: false, error_code, description, ...(parameters ? { parameters } : {}) }, { status: error_code })

  const answer = async (request: Request): Promise<Response> => {
    const [, area, given, rest] =
      /^\/(file\/)?bot([^/]+)\/(.+)$/.exec(decodeURIComponent(new URL(request.url).pathname)) ?? []
    if (given === undefined || rest === undefined) throw new Refusal(404, 'Not Found')
    if (given !== token) throw new Refusal(401, 'Unauthorized')
    if (area) {
      const held = files.at(rest)
      if (!held) throw new Refusal(404, 'Not Found')
      return new Response(held.bytes, { headers: { 'content-type': 'application/octet-stream' } })
    }
    const { body, uploads } = await readBody(request, rest)
    return Response.json({ ok: true, result: await carryOut(rest, body, uploads, request.signal) })
  }

  const server = Bun.serve({
    hostname: '127.0.0.1',
    port,
    // A long poll is silent for up to 50 seconds.
    idleTimeout: 0,
    fetch: async (request) => {
      try {
        return await answer(request)
      } catch (error) {
        if (error instanceof Refusal) return refusalResponse(error)
        if (error instanceof SyntaxError) return refusalResponse(badRequest("can't parse the request's JSON"))
        throw error
      }
    },
  })

  const report = () => {
    const refused = calls.filter((call) => call.refused !== undefined).map((call) => `${call.method}: ${call.refused}`)
    const made = calls.map(({ method }) => method).filter((method) => method !== 'getUpdates')
    return `The bot's calls: ${made.slice(-8).join(', ') || 'none'}. Refused: ${refused.slice(-3).join('; ') || 'none'}.`
  }

  const root = `http://127.0.0.1:${server.port}`
  let nextGroupId = -1_002_000_000_001
  return {
    root,
    token,
    bot,
    specUsed: checker.used,
    /** Every call so far, in order; those with `refused` are what the real server would have turned down. */
    calls,
    person: createPeople({ bot: author, chats, files, updates, queries, privacy, report }),
    /** A supergroup that somebody takes the bot into, a stranger unless named; the bot is told so, as by Telegram. */
    group: (title: string, { by, forum = false }: { by?: Person; forum?: boolean } = {}): Group => {
      const room = chats.openGroup(nextGroupId--, title, forum)
      const from = by?.user ?? { id: 136_817_688, is_bot: false, first_name: 'Group owner' }
      const left = { status: 'left' as const, user: author }
      const member = { status: 'member' as const, user: author }
      const change = { chat: room.chat, from, date: chats.seconds(), old_chat_member: left, new_chat_member: member }
      updates.push({ my_chat_member: change }, room.chat.id)
      return { id: room.chat.id, title }
    },
    /** Gives a group a new id, as when it becomes a supergroup; the bot is told in the old one and in the new one. */
    migrates: (group: Group): Group => {
      const room = chats.roomOf(group)
      if (!room) throw new Error(`there is no group ${group.id}`)
      const id = nextGroupId--
      const message = chats.post(room, author, { migrate_to_chat_id: id })
      const moved = chats.move(room, id)
      const arrival = chats.post(moved, author, { migrate_from_chat_id: group.id })
      updates.push({ message } as UpdateContent, group.id)
      updates.push({ message: arrival } as UpdateContent, id)
      return { ...group, id }
    },
    /** Puts the bot out of a group. */
    kicks: (group: Group) => {
      const room = chats.roomOf(group)
      if (!room) throw new Error(`there is no group ${group.id}`)
      room.members.delete(bot.id)
      const from = { id: 136_817_688, is_bot: false, first_name: 'Group owner' }
      const member = { status: 'member' as const, user: author }
      const kicked = { status: 'kicked' as const, user: author, until_date: 0 }
      const change = { chat: room.chat, from, date: chats.seconds(), old_chat_member: member, new_chat_member: kicked }
      updates.push({ my_chat_member: change }, group.id)
    },
    /** The messages of a chat as they stand now, oldest first; a person stands for the private chat with the bot. */
    messages: (chat: { id: number } | number): Message[] => {
      const room = chats.roomOf(chat)
      return room ? structuredClone([...room.messages.values()]) : []
    },
    /** The texts of the drafts that the bot shows in a private chat, until its next message. */
    drafts: (chat: { id: number } | number): string[] => [...(chats.roomOf(chat)?.drafts.values() ?? [])],
    /** A file that was sent by either side, by its `file_id`. */
    file: (fileId: string) => {
      const { name, mime, bytes, path } = files.get(fileId)
      return { name, mime, bytes, url: `${root}/file/bot${token}/${path}` }
    },
    /** Answers the next call of `method` with an error, once; calls add up. */
    fail: (method: string, fault: Fault) => {
      const name = checker.methodNamed(method)
      if (!name) throw new Error(`there is no method ${method}`)
      faults.set(name, [...(faults.get(name) ?? []), fault])
    },
    /** Resolves once the bot has confirmed every update, by a higher offset or by its webhook's 200. */
    idle: () => updates.idle(),
    stop: async () => {
      updates.stop()
      await server.stop(true)
    },
  }
}

if (import.meta.main) {
  const { runByHand } = await import('./telegram-by-hand.ts')
  await runByHand(await startTelegram({ port: Number(process.argv[2] ?? 8081) }))
}
