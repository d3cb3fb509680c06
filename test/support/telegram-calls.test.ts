import { afterEach, beforeEach, describe, expect, test } from 'bun:test'
import { Bot, InputFile } from 'grammy'
import { startTelegram, type Telegram } from './telegram.ts'
import { callBotApi, failure } from './telegram-client.ts'

const TOKEN = '4242:stand-in'
const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
)
const QUERY_TOO_OLD = 'Bad Request: query is too old and response timeout expired or query ID is invalid'

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
const aKnownChat = async () => {
  const alice = telegram.person({ first_name: 'Alice' })
  await alice.writes('hello')
  return { alice, chat_id: alice.id }
}

describe('sending and editing', () => {
  test('refuses text that is empty or too long, counted after the entities', async () => {
    const { chat_id } = await aKnownChat()
    const parse_mode = 'HTML'
    expect(await refusal('sendMessage', { chat_id, text: '' })).toBe('Bad Request: message text is empty')
    expect(await refusal('sendMessage', { chat_id, text: ' \n' })).toBe('Bad Request: text must be non-empty')
    expect(await refusal('sendMessage', { chat_id, text: 'x'.repeat(4097) })).toBe('Bad Request: message is too long')
    const text = `<b>${'x'.repeat(4096)}</b>`
    expect((await call('sendMessage', { chat_id, text, parse_mode })).ok).toBe(true)
  })

  test('refuses a chat that never wrote, and a message to reply to that is not there', async () => {
    const silent = telegram.person()
    const text = 'x'
    expect(await refusal('sendMessage', { chat_id: silent.id, text })).toBe('Bad Request: chat not found')
    expect(await refusal('sendMessage', { chat_id: 1, text })).toBe('Bad Request: chat not found')
    const { chat_id } = await aKnownChat()
    const reply = (allow_sending_without_reply: boolean) => ({ message_id: 99, allow_sending_without_reply })
    expect(await refusal('sendMessage', { chat_id, text, reply_parameters: reply(false) })).toBe(
      'Bad Request: message to be replied not found',
    )
    expect(await call('sendMessage', { chat_id, text, reply_parameters: reply(true) })).toMatchObject({ ok: true })
  })

  test.each([
    [{ text: 'x', callback_data: 'ä'.repeat(33) }, 'Bad Request: BUTTON_DATA_INVALID'],
    [{ text: 'x' }, "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard"],
    [{ text: 'x', callback_data: '' }, 'Text buttons are unallowed'],
    [{ text: 'x', callback_data: 'x', url: 'https://example.com' }, 'exactly one of callback_data, url'],
    [{ text: 'x', url: 'http://localhost:3000/app' }, "URL 'http://localhost:3000/app' is invalid: Wrong HTTP URL"],
    [{ text: 'x', web_app: { url: 'http://example.com' } }, 'Only HTTPS links are allowed'],
    [{ text: '', callback_data: 'x' }, 'Text must be non-empty'],
  ])('refuses the button %j', async (button, why) => {
    const { chat_id } = await aKnownChat()
    expect(
      await refusal('sendMessage', { chat_id, text: 'x', reply_markup: { inline_keyboard: [[button]] } }),
    ).toContain(why)
  })

  test('an edit that changes nothing is refused, one that changes only the keyboard is not', async () => {
    const { chat_id } = await aKnownChat()
    const reply_markup = { inline_keyboard: [[{ text: 'Go', callback_data: 'go' }]] }
    const { result } = await call('sendMessage', { chat_id, text: 'same', reply_markup })
    const at = { chat_id, message_id: (result as { message_id: number }).message_id }
    const notModified = 'Bad Request: message is not modified: specified new message content and reply markup'
    expect(await refusal('editMessageText', { ...at, text: 'same', reply_markup })).toStartWith(notModified)
    expect(await refusal('editMessageReplyMarkup', { ...at, reply_markup })).toStartWith(notModified)
    expect((await call('editMessageText', { ...at, text: 'same' })).ok).toBe(true)
    expect(await refusal('editMessageText', { ...at, text: 'x'.repeat(4097) })).toBe('Bad Request: MESSAGE_TOO_LONG')
    expect((await call('editMessageReplyMarkup', { ...at, reply_markup })).ok).toBe(true)
    expect(await refusal('editMessageText', { ...at, message_id: 99, text: 'x' })).toContain(
      'message to edit not found',
    )
    expect(await refusal('editMessageText', { ...at, message_id: 1, text: 'x' })).toContain("message can't be edited")
    expect(await refusal('editMessageCaption', { ...at, caption: 'x' })).toContain('there is no caption')
  })

  test('deleted messages are gone, and a second delete is refused', async () => {
    const { alice, chat_id } = await aKnownChat()
    await call('sendMessage', { chat_id, text: 'x' })
    expect((await call('deleteMessage', { chat_id, message_id: 2 })).result).toBe(true)
    expect(telegram.messages(alice).map(({ text }) => text)).toEqual(['hello'])
    expect(await refusal('deleteMessage', { chat_id, message_id: 2 })).toContain('message to delete not found')
    expect((await call('deleteMessages', { chat_id, message_ids: [1, 2] })).result).toBe(true)
    expect(telegram.messages(alice)).toEqual([])
  })

  test('a callback query is answered once', async () => {
    const { alice, chat_id } = await aKnownChat()
    const reply_markup = { inline_keyboard: [[{ text: 'Go', callback_data: 'go' }]] }
    await call('sendMessage', { chat_id, text: 'x', reply_markup })
    const { id: callback_query_id } = await alice.taps(await alice.hears(), 'Go')
    expect(await refusal('answerCallbackQuery', { callback_query_id, text: 'x'.repeat(201) })).toContain('TOO_LONG')
    expect((await call('answerCallbackQuery', { callback_query_id })).result).toBe(true)
    expect(await refusal('answerCallbackQuery', { callback_query_id })).toBe(QUERY_TOO_OLD)
    expect(await refusal('answerCallbackQuery', { callback_query_id: '5' })).toBe(QUERY_TOO_OLD)
  })

  test('photos are real images, captions have 1024 characters', async () => {
    const { chat_id } = await aKnownChat()
    const bot = aBot()
    const photo = await bot.api.sendPhoto(chat_id, new InputFile(PNG, 'chart.png'), { caption: 'Chart' })
    expect(photo.photo).toMatchObject([{ width: 1, height: 1, file_size: PNG.length }])
    const again = await bot.api.sendPhoto(chat_id, photo.photo[0]?.file_id ?? '')
    expect(again.photo).toEqual(photo.photo)
    expect(await failure(bot.api.sendPhoto(chat_id, new InputFile(Buffer.from('x'), 'x.png')))).toContain(
      'IMAGE_PROCESS_FAILED',
    )
    expect(await failure(bot.api.sendPhoto(chat_id, 'nothing'))).toContain('wrong file identifier')
    expect(await failure(bot.api.sendDocument(chat_id, new InputFile(Buffer.alloc(0), 'x')))).toContain(
      'must be non-empty',
    )
    const caption = 'x'.repeat(1025)
    expect(await failure(bot.api.sendPhoto(chat_id, new InputFile(PNG), { caption }))).toContain('caption is too long')
  })

  test('drafts stay until the next message, in private chats only', async () => {
    const { alice, chat_id } = await aKnownChat()
    await call('sendMessageDraft', { chat_id, draft_id: 1, text: 'Thin' })
    await call('sendMessageDraft', { chat_id, draft_id: 1, text: 'Thinking' })
    expect(telegram.drafts(alice)).toEqual(['Thinking'])
    await call('sendMessage', { chat_id, text: 'Done' })
    expect(telegram.drafts(alice)).toEqual([])
    expect(await refusal('sendMessageDraft', { chat_id, draft_id: 0, text: 'x' })).toContain('non-zero')
    const { id } = telegram.group('Team')
    expect(await refusal('sendMessageDraft', { chat_id: id, draft_id: 1, text: 'x' })).toContain('private chats only')
  })

  test('chat actions and reactions come from closed lists', async () => {
    const { chat_id } = await aKnownChat()
    expect((await call('sendChatAction', { chat_id, action: 'typing' })).result).toBe(true)
    expect(await refusal('sendChatAction', { chat_id, action: 'thinking' })).toContain('wrong parameter action')
    const react = (emoji: string) => ({ chat_id, message_id: 1, reaction: [{ type: 'emoji', emoji }] })
    expect((await call('setMessageReaction', react('👀'))).result).toBe(true)
    expect(await refusal('setMessageReaction', react('🥕'))).toContain('REACTION_INVALID')
  })

  test('commands are kept per scope and language', async () => {
    const commands = [{ command: 'pnl', description: 'Profit and loss' }]
    const scope = { type: 'all_private_chats' }
    expect((await call('setMyCommands', { commands, scope, language_code: 'de' })).result).toBe(true)
    expect((await call('getMyCommands', { scope, language_code: 'de' })).result).toEqual(commands)
    expect((await call('getMyCommands', { scope })).result).toEqual([])
    const bad = [{ command: 'Bad-Name', description: 'x' }]
    expect(await refusal('setMyCommands', { commands: bad })).toBe('Bad Request: BOT_COMMAND_INVALID')
  })

  test('dates are in seconds', async () => {
    const { alice } = await aKnownChat()
    const [message] = telegram.messages(alice)
    expect(Math.abs((message?.date ?? 0) - Date.now() / 1000)).toBeLessThan(60)
  })
})

describe.each(['with the published description', 'with the hand-written table'])('calls are checked %s', (kind) => {
  const published = kind.includes('published')
  let strict: Telegram
  beforeEach(async () => {
    strict = await startTelegram({ token: TOKEN, ...(published ? {} : { specFile: '/none' }) })
    stops.push(strict.stop)
    await strict.person({ id: 7 }).writes('hello')
  })
  const why = async (method: string, body: object) => (await callBotApi(strict, method, body)).description
  const sent = { chat_id: 7, text: 'x' }

  test('says which one it uses', async () => {
    if (!published) expect(strict.specUsed).toBe(false)
    else if (!strict.specUsed) console.warn('the published description is absent: the hand-written table ran twice')
    expect(await callBotApi(strict, 'getMe')).toMatchObject({
      result: { id: 4242, is_bot: true, can_join_groups: true },
    })
  })

  test('unknown, missing and mistyped fields are refused at any depth', async () => {
    expect(await why('sendMessage', { ...sent, disable_web_page_preview: true })).toBe(
      'Bad Request: sendMessage: unknown field "disable_web_page_preview"',
    )
    expect(await why('sendMessage', { chat_id: 7 })).toContain('required field "text" is missing')
    expect(await why('sendMessage', { chat_id: 7.5, text: 'x' })).toContain(
      '"chat_id" must be of type Integer or String',
    )
    expect(await why('sendMessage', { chat_id: 7, text: 5 })).toContain('"text" must be of type String')
    const reply_markup = { inline_keyboard: [[{ text: 'x', callbackData: 'x' }]] }
    expect(await why('sendMessage', { ...sent, reply_markup })).toContain(
      'unknown field "reply_markup.inline_keyboard[0][0].callbackData"',
    )
    expect(await why('sendMessage', { ...sent, reply_markup: {} })).toContain('must be of type InlineKeyboardMarkup or')
    expect(await why('setMyCommands', { commands: [{ command: 'x' }] })).toContain(
      '"commands[0].description" is missing',
    )
    const scope = { type: 'chat' }
    expect(await why('getMyCommands', { scope })).toContain('field "scope"')
    const reaction = [{ type: 'emoji', emogi: '👍' }]
    expect(await why('setMessageReaction', { chat_id: 7, message_id: 1, reaction })).toContain('reaction[0]')
  })

  test('forms and queries carry the same types as JSON', async () => {
    const reply_markup = JSON.stringify({ inline_keyboard: [[{ text: 'x', callback_data: 'x' }]] })
    const body = new URLSearchParams({ chat_id: '7', text: '12', disable_notification: 'true', reply_markup })
    const form = await fetch(`${strict.root}/bot${TOKEN}/sendMessage`, { method: 'POST', body })
    expect(await form.json()).toMatchObject({ ok: true, result: { text: '12' } })
    const query = await fetch(`${strict.root}/bot${TOKEN}/SENDmessage?${body.toString()}`)
    expect(await query.json()).toMatchObject({ ok: true, result: { text: '12' } })
    expect(strict.calls.at(-1)).toMatchObject({
      method: 'sendMessage',
      body: { chat_id: 7, disable_notification: true },
    })
  })

  test('a wrong token is 401, an unknown method 404', async () => {
    expect(await callBotApi({ ...strict, token: '4242:other' }, 'getMe')).toEqual({
      ok: false,
      error_code: 401,
      description: 'Unauthorized',
    })
    expect(await callBotApi(strict, 'sendMoney')).toMatchObject({ error_code: 404 })
    expect((await fetch(`${strict.root}/`)).status).toBe(404)
  })
})
