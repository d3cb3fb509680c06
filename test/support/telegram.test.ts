import { afterEach, beforeEach, describe, expect, test } from 'bun:test'
import { Bot, GrammyError, InlineKeyboard, InputFile } from 'grammy'
import { startTelegram, type Telegram } from './telegram.ts'
import { callBotApi, failure } from './telegram-client.ts'

const TOKEN = '4242:stand-in'
const ONE_POLLER = 'Conflict: terminated by other getUpdates request; make sure that only one bot instance is running'

let telegram: Telegram
let stops: (() => Promise<void>)[]
beforeEach(async () => {
  telegram = await startTelegram({ token: TOKEN })
  stops = [telegram.stop]
})
afterEach(async () => {
  for (const stop of stops.reverse()) await stop()
})

const call = (method: string, body?: object) => callBotApi(telegram, method, body)
const refusal = async (method: string, body?: object) => (await call(method, body)).description

const aBot = () => new Bot(TOKEN, { client: { apiRoot: telegram.root } })
const polling = (bot: Bot, options?: Parameters<Bot['start']>[0]) => {
  const running = bot.start(options)
  stops.push(async () => {
    await bot.stop()
    await running
  })
  return bot
}
const aKnownChat = async () => {
  const alice = telegram.person({ first_name: 'Alice' })
  await alice.writes('hello')
  return { alice, chat_id: alice.id }
}

describe('a grammY bot on long polling', () => {
  test('gets commands with their entities and is heard', async () => {
    const bot = aBot()
    bot.command('start', (ctx) => ctx.reply(`Hi ${ctx.from?.first_name}, you said "${ctx.match}"`))
    polling(bot)
    const alice = telegram.person({ first_name: 'Alice', username: 'alice', language_code: 'de' })
    const sent = await alice.writes('/start now')
    expect(sent.entities).toEqual([{ type: 'bot_command', offset: 0, length: 6 }])
    expect(await alice.hears()).toMatchObject({ text: 'Hi Alice, you said "now"', from: { is_bot: true } })
    await telegram.idle()
    expect(telegram.messages(alice).map(({ text }) => text)).toEqual(['/start now', 'Hi Alice, you said "now"'])
    expect(telegram.calls.filter(({ refused }) => refused)).toEqual([])
  })

  test('a tap sends the data of the button, the answer is a toast and the edit is heard', async () => {
    const bot = aBot()
    const keyboard = new InlineKeyboard().text('Yes', 'yes').url('Docs', 'https://example.com')
    bot.on('message', (ctx) => ctx.reply('Sure?', { reply_markup: keyboard }))
    bot.callbackQuery('yes', async (ctx) => {
      await ctx.answerCallbackQuery({ text: 'Done', show_alert: true })
      await ctx.editMessageText(`Done by ${ctx.callbackQuery.from.first_name}`)
    })
    polling(bot)
    const alice = telegram.person({ first_name: 'Alice' })
    await alice.writes('go')
    const question = await alice.hears()
    expect(question.buttons.map(({ text }) => text)).toEqual(['Yes', 'Docs'])
    expect(await failure(alice.taps(question, 'No'))).toContain('no button "No"')
    expect(await failure(alice.taps(question, 'Docs'))).toContain('sends nothing')
    await alice.taps(question, 'Yes')
    expect(await alice.toast()).toEqual({ text: 'Done', show_alert: true })
    const edited = await alice.hears({ match: /^Done/ })
    expect(edited).toMatchObject({ message_id: question.message_id, text: 'Done by Alice', buttons: [] })
    expect(edited.edit_date).toBeNumber()
    expect(await failure(alice.taps(question, 'Yes'))).toContain('no button "Yes"')
  })

  test('hears names what was said and refused when nothing fits', async () => {
    const bot = aBot()
    bot.on('message', async (ctx) => {
      await ctx.reply('a <b', { parse_mode: 'HTML' }).catch(() => ctx.reply('sorry'))
    })
    polling(bot)
    const alice = telegram.person()
    await alice.writes('x')
    expect(await failure(alice.hears({ within: 300, match: /profit/ }))).toMatch(/only \["sorry"\].*Unclosed start tag/)
  })

  test('a file goes up to the bot, which downloads it, and another comes back', async () => {
    const bot = aBot()
    bot.on('message:document', async (ctx) => {
      const { file_path } = await ctx.getFile()
      const content = await (await fetch(`${telegram.root}/file/bot${TOKEN}/${file_path}`)).text()
      const rows = content.split('\n').length
      await ctx.replyWithDocument(new InputFile(Buffer.from(content.toUpperCase()), 'my report.csv'), {
        caption: `<b>${rows}</b> rows of ${ctx.message.document.file_name}`,
        parse_mode: 'HTML',
      })
    })
    polling(bot)
    const alice = telegram.person()
    await alice.uploads('orders.csv', 'id,total\n1,2', 'text/csv')
    const heard = await alice.hears()
    expect(heard).toMatchObject({
      text: '2 rows of orders.csv',
      entities: [{ type: 'bold', offset: 0, length: 1 }],
      document: { file_name: 'my report.csv', mime_type: 'text/csv', file_size: 12 },
    })
    const { name, bytes, url } = telegram.file(heard.document?.file_id ?? '')
    expect([name, new TextDecoder().decode(bytes)]).toEqual(['my report.csv', 'ID,TOTAL\n1,2'])
    expect(await (await fetch(url)).text()).toBe('ID,TOTAL\n1,2')
    expect((await fetch(`${telegram.root}/file/bot${TOKEN}/documents/none`)).status).toBe(404)
  })

  test('429 tells how long to wait, once', async () => {
    const { chat_id } = await aKnownChat()
    const parameters = { retry_after: 7 }
    telegram.fail('sendMessage', { error_code: 429, description: 'Too Many Requests: retry after 7', parameters })
    const bot = aBot()
    const error = await bot.api.sendMessage(chat_id, 'x').catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(GrammyError)
    expect(error).toMatchObject({ error_code: 429, parameters })
    expect((await bot.api.sendMessage(chat_id, 'x')).text).toBe('x')
  })

  test('a second poller ends the first with 409', async () => {
    const first = aBot().start()
    const failed = first.catch((error: unknown) => error)
    const polled = () => telegram.calls.some(({ method }) => method === 'getUpdates')
    while (!polled()) await Bun.sleep(5)
    polling(aBot())
    expect(await failed).toMatchObject({ error_code: 409, description: ONE_POLLER })
  })
})

describe('updates', () => {
  test('stay until a higher offset confirms them', async () => {
    const alice = telegram.person()
    await alice.writes('one')
    await alice.writes('two')
    const { result } = await call('getUpdates')
    const [one, two] = result as { update_id: number }[]
    expect(await call('getUpdates', { limit: 1 })).toMatchObject({ result: [one] })
    expect(await call('getUpdates', { offset: two?.update_id })).toMatchObject({ result: [two] })
    let idle = false
    const waiting = telegram.idle().then(() => (idle = true))
    await Bun.sleep(1)
    expect(idle).toBe(false)
    expect((await call('getUpdates', { offset: (two?.update_id ?? 0) + 1 })).result).toEqual([])
    await waiting
  })

  test('a negative offset forgets all but the last', async () => {
    const alice = telegram.person()
    for (const text of ['one', 'two', 'three']) await alice.writes(text)
    expect(await call('getUpdates', { offset: -1 })).toMatchObject({ result: [{ message: { text: 'three' } }] })
    expect((await call('getUpdates')).result).toHaveLength(1)
  })

  test('a long poll waits for the next one and gives up after its timeout', async () => {
    const alice = telegram.person()
    const poll = call('getUpdates', { timeout: 30 })
    await Bun.sleep(20)
    await alice.writes('late')
    const { result } = await poll
    expect(result).toMatchObject([{ message: { text: 'late' } }])
    const [update] = result as { update_id: number }[]
    expect((await call('getUpdates', { timeout: 1, offset: (update?.update_id ?? 0) + 1 })).result).toEqual([])
  })

  test('only the kinds that were asked for come, and reactions only when asked for', async () => {
    const { alice, chat_id } = await aKnownChat()
    const { result } = await call('sendMessage', { chat_id, text: 'x' })
    const message = result as Parameters<typeof alice.reacts>[0]
    await alice.reacts(message, '👍')
    await call('getUpdates', { offset: -1, allowed_updates: ['message_reaction'] })
    await alice.writes('unseen')
    await alice.reacts(message, '👎')
    expect((await call('getUpdates')).result).toMatchObject([
      { message: { text: 'hello' } },
      { message_reaction: { new_reaction: [{ type: 'emoji', emoji: '👎' }] } },
    ])
    expect(await refusal('getUpdates', { allowed_updates: ['massage'] })).toContain('massage')
  })

  test('an edit comes as an edit, and a block stops the bot with 403', async () => {
    const { alice, chat_id } = await aKnownChat()
    await alice.edits(await alice.writes('smal'), 'small')
    await alice.blocks()
    expect((await call('getUpdates')).result).toMatchObject([
      {},
      {},
      { edited_message: { text: 'small' } },
      { my_chat_member: { new_chat_member: { status: 'kicked' } } },
    ])
    expect(await call('sendMessage', { chat_id, text: 'x' })).toMatchObject({ error_code: 403 })
    await alice.unblocks()
    expect(await call('sendMessage', { chat_id, text: 'x' })).toMatchObject({ ok: true })
  })
})

describe('a group', () => {
  test('shows the bot only what is meant for it, has its own message ids, and answers are heard there', async () => {
    const bot = aBot()
    bot.on('message', (ctx) => ctx.reply(`re: ${ctx.message.text}`, { reply_parameters: { message_id: ctx.msgId } }))
    polling(bot)
    const team = telegram.group('Team')
    const alice = telegram.person()
    await alice.writesIn(team, 'small talk')
    await alice.writesIn(team, 'profit?', { mention: true })
    const reply = await alice.hears({ in: team })
    expect(reply).toMatchObject({
      text: 're: @dealdome_bot profit?',
      message_id: 3,
      reply_to_message: { message_id: 2 },
    })
    await alice.writesIn(team, 'why?', { replyTo: reply })
    expect((await alice.hears({ in: team })).text).toBe('re: why?')
    expect(reply.chat).toEqual({ id: team.id, type: 'supergroup', title: 'Team' })
    expect(await bot.api.getChatMember(team.id, alice.id)).toMatchObject({ status: 'member' })
    expect(await bot.api.getChat(team.id)).toMatchObject({ title: 'Team' })
  })
})

describe('a webhook', () => {
  const aHook = (respond: (update: { message?: { text: string } }, tries: number) => Response) => {
    const secrets: (string | null)[] = []
    const texts: (string | undefined)[] = []
    const server = Bun.serve({
      port: 0,
      hostname: '127.0.0.1',
      fetch: async (request) => {
        const update = (await request.json()) as { message?: { text: string } }
        secrets.push(request.headers.get('x-telegram-bot-api-secret-token'))
        return respond(update, texts.push(update.message?.text))
      },
    })
    stops.push(() => server.stop(true))
    return { url: `http://127.0.0.1:${server.port}/hook`, secrets, texts }
  }

  test('carries the secret, repeats what was not answered with 200, in order', async () => {
    const hook = aHook((_, tries) => new Response('', { status: tries < 3 ? 500 : 200 }))
    expect(await call('setWebhook', { url: hook.url, secret_token: 'Secret-1' })).toMatchObject({ result: true })
    const alice = telegram.person()
    await alice.writes('one')
    await alice.writes('two')
    await telegram.idle()
    expect(hook.texts).toEqual(['one', 'one', 'one', 'two'])
    expect(new Set(hook.secrets)).toEqual(new Set(['Secret-1']))
    expect((await call('getWebhookInfo')).result).toMatchObject({
      url: hook.url,
      pending_update_count: 0,
      last_error_message: 'Wrong response from the webhook: 500 Internal Server Error',
    })
  })

  test('may answer with a method call', async () => {
    const method = 'sendMessage'
    const hook = aHook((update) => Response.json({ method, chat_id: alice.id, text: `re: ${update.message?.text}` }))
    const alice = telegram.person()
    await call('setWebhook', { url: hook.url })
    await alice.writes('ping')
    expect((await alice.hears()).text).toBe('re: ping')
  })

  test('excludes getUpdates, ends a waiting poll, and gives the queue back when it is deleted', async () => {
    const waiting = call('getUpdates', { timeout: 30 })
    await Bun.sleep(20)
    const hook = aHook(() => new Response('', { status: 503 }))
    await call('setWebhook', { url: hook.url })
    expect(await waiting).toMatchObject({ description: 'Conflict: terminated by setWebhook request' })
    expect(await call('getUpdates')).toMatchObject({ error_code: 409 })
    await telegram.person().writes('kept')
    await call('deleteWebhook')
    expect(await call('getUpdates')).toMatchObject({ result: [{ message: { text: 'kept' } }] })
    await call('deleteWebhook', { drop_pending_updates: true })
    expect((await call('getUpdates')).result).toEqual([])
  })

  test('needs HTTPS (or loopback) and a secret of letters, digits, _ and -', async () => {
    expect(await refusal('setWebhook', { url: 'http://example.com/x' })).toContain('An HTTPS URL must be provided')
    const url = 'https://example.com/x'
    expect(await refusal('setWebhook', { url, secret_token: 'a b' })).toContain('unallowed characters')
  })
})
