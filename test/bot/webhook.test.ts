import { expect, test } from 'bun:test'
import { freePort } from '../../dev/ports.ts'
import { answerTo, startTeam } from '../support/team.ts'

const { telegram, start, aMember, textsTo, service } = await startTeam()
await service.stop()
const port = await freePort()
const secret = 'a-secret-of-the-webhook'
const here = { PORT: String(port), PUBLIC_URL: `http://127.0.0.1:${port}`, TELEGRAM_WEBHOOK_SECRET: secret }
const hooked = await start(here)

const posted = (headers: Record<string, string> | undefined, body = '{"update_id":1}') =>
  fetch(`${hooked.url}/webhooks/telegram`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body,
  })

test('with a public address and a secret, updates come to us', async () => {
  const ann = await aMember()
  expect((await answerTo(ann, '/today')).text).toMatch(/^All stores · Today/)
  expect(telegram.calls.filter(({ method }) => method === 'setWebhook').map(({ body }) => body['url'])).toEqual([`http://127.0.0.1:${port}/webhooks/telegram`]) // prettier-ignore
})

test('nobody but Telegram gets past the webhook, and nothing of the body is looked at before', async () => {
  for (const given of [undefined, 'wrong', '', `${secret}s`])
    for (const body of ['{"update_id":1}', 'nonsense', '{}']) {
      const headers = given === undefined ? undefined : { 'x-telegram-bot-api-secret-token': given }
      expect((await posted(headers, body)).status).toBe(401)
    }
  const told = { 'x-telegram-bot-api-secret-token': secret }
  expect([(await posted(told, '{}')).status, (await posted(told, '{')).status]).toEqual([422, 400])
})

test('an update that comes twice is answered once', async () => {
  const ann = await aMember()
  const update_id = 77
  const message = { message_id: 1, date: 1_800_000_000, chat: ann.chat, from: ann.user, text: '/help' }
  const body = JSON.stringify({ update_id, message: { ...message, entities: [{ type: 'bot_command', offset: 0, length: 5 }] } }) // prettier-ignore
  const told = { 'x-telegram-bot-api-secret-token': secret }
  expect((await Promise.all([1, 2, 3].map(() => posted(told, body)))).map(({ status }) => status)).toEqual([200, 200, 200]) // prettier-ignore
  expect((await ann.hears()).text).toStartWith('Hi ')
  await answerTo(ann, '/today')
  expect(textsTo(ann).filter((text) => text.startsWith('Hi '))).toHaveLength(1)
})
