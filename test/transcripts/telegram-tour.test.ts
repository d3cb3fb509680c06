import { afterAll, expect, setDefaultTimeout, test } from 'bun:test'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { calls, resultsOf, says } from '../support/anthropic-turns.ts'
import { startAnthropic } from '../support/anthropic.ts'
import { testDatabase } from '../support/database.ts'
import { startService } from '../support/service.ts'
import { type Heard, startTelegram } from '../support/telegram.ts'
import { codeIn, OWNER } from '../support/team.ts'
import { transcript } from '../support/transcript.ts'

/** Pictures and files of the tour, for a person to look at. */
const GALLERY = join(import.meta.dir, '../../.data/gallery')
const LANGUAGES = ['en', 'nl', 'de'] as const

/** The service with the demo workspace, and a person who was let in, on a strict stand-in of Telegram. */
const services: Awaited<ReturnType<typeof startService>>[] = []
afterAll(async () => {
  for (const service of services) await service.kill()
  await Promise.all([telegram.stop(), claude.stop()])
})
const { appUrl } = await testDatabase()
setDefaultTimeout(180_000)
const [telegram, claude] = await Promise.all([startTelegram(), startAnthropic()])
const service = await startService({
  DATABASE_URL: appUrl,
  ADMIN_EMAIL: OWNER.email,
  ADMIN_PASSWORD: OWNER.password,
  TELEGRAM_BOT_TOKEN: telegram.token,
  TELEGRAM_API_ROOT: telegram.root,
  TELEGRAM_PACE: '100',
  ANTHROPIC_API_KEY: claude.key,
  ANTHROPIC_BASE_URL: claude.url,
  DEMO: '1',
  ROLES: 'api,bot',
})
services.push(service)

async function token(): Promise<string> {
  const response = await fetch(`${service.url}/auth/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(OWNER),
  })
  return ((await response.json()) as { token: string }).token
}

/** What leads deeper from `/stores`, as the beginning of a button: a store, its products, the best of them, an order of it, and back up. */
const DEEPER = {
  en: { asks: '/stores last month', taps: ['', 'Products', '1. ', 'ORDER', '‹ ', '‹ '], question: 'How did last month go?', unlink: 'Keep' },
  nl: { asks: '/stores vorige maand', taps: ['', 'Producten', '1. ', 'ORDER', '‹ ', '‹ '], question: 'Hoe ging vorige maand?', unlink: 'Zo laten' },
  de: { asks: '/stores letzter Monat', taps: ['', 'Produkte', '1. ', 'ORDER', '‹ ', '‹ '], question: 'Wie lief der letzte Monat?', unlink: 'Lassen' },
} as const // prettier-ignore
const ANSWERS = { en: 'Net profit was {} euros.', nl: 'De nettowinst was {} euro.', de: 'Der Nettogewinn war {} Euro.' } // prettier-ignore
const shownAs = ({ text, buttons }: Heard) => `${text}\n[${buttons.map(({ text }) => text).join('] [')}]`

const COMMANDS = {
  en: ['/help', '/today', '/pnl last month', '/why last month', '/compare last month', '/top last month', '/ads last month', '/stores last month', '/order', '/cost', '/approve', '/settings', '/nonsense', '/pnl the day after tomorrow'],
  nl: ['/help', '/pnl vorige maand', '/why vorige maand', '/top vorige maand', '/ads vorige maand'],
  de: ['/help', '/pnl letzter Monat', '/why letzter Monat', '/top letzter Monat', '/ads letzter Monat'],
} // prettier-ignore

test('a tour through the bot, in three languages and both colours, on the demo workspace', async () => {
  await mkdir(GALLERY, { recursive: true })
  const bearer = { authorization: `Bearer ${await token()}` }
  for (const language_code of LANGUAGES) {
    const page = transcript(`Telegram, ${language_code}`)
    const ann = telegram.person({ first_name: 'Ann', language_code })
    await ann.writes('/start')
    const code = codeIn(await ann.hears())
    expect((await fetch(`${service.url}/telegram/pairings/${code}/approve`, { method: 'POST', headers: bearer })).status).toBe(200) // prettier-ignore
    await ann.hears({ match: /^You are in/ })
    let statement: Heard | undefined
    for (const command of COMMANDS[language_code]) {
      page.add('Ann', command)
      const began = performance.now()
      await ann.writes(command)
      const answer = await ann.hears()
      page.add(
        'DealDome',
        `${answer.text}\n[${answer.buttons.map(({ text }) => text).join('] [')}] (${Math.round(performance.now() - began)} ms)`,
      )
      if (command.startsWith('/pnl')) statement ??= answer
    }
    const files = statement!.buttons
    for (const theme of ['☀️', '🌙']) {
      await ann.writes('/settings')
      const settings = await ann.hears()
      const wanted = settings.buttons.find(({ text }) => text.includes(theme))!.text
      if (!wanted.startsWith('•')) {
        await ann.taps(settings, wanted)
        await ann.hears()
      }
      await ann.taps(statement!, files.at(-2)!.text)
      for (let at = 1; at <= 3; at++) {
        const { photo } = await ann.hears()
        const name = `${language_code}-${theme === '🌙' ? 'dark' : 'light'}-${at}.png`
        await Bun.write(join(GALLERY, name), telegram.file(photo!.at(-1)!.file_id).bytes)
      }
    }
    await ann.taps(statement!, files.at(-1)!.text)
    const choice = await ann.hears()
    for (const format of ['CSV', 'XLSX', 'PDF']) {
      await ann.taps(choice, format)
      const { document } = await ann.hears({ match: /^$/ })
      await Bun.write(join(GALLERY, `${language_code}-${document!.file_name}`), telegram.file(document!.file_id).bytes)
    }
    const { asks, taps, question, unlink } = DEEPER[language_code]
    const tap = async (message: Heard, beginning: string) => {
      const isMeant = (text: string) => (beginning === 'ORDER' ? / · .+ · /.test(text) : text.startsWith(beginning))
      const { text } = message.buttons.find((button) => isMeant(button.text))!
      await ann.taps(message, text)
      page.add('Ann', `taps [${text}]`)
      const shown = await ann.hears()
      page.add('DealDome', shownAs(shown))
      return shown
    }
    page.add('Ann', asks)
    await ann.writes(asks)
    let message = await ann.hears()
    page.add('DealDome', shownAs(message))
    for (const beginning of taps) message = await tap(message, beginning)
    claude.script([
      calls('get_pnl', { period: 'last_month' }),
      (request) => {
        const { figures } = resultsOf(request)[0]!.result as { figures: Record<string, string> }
        return says(ANSWERS[language_code].replace('{}', figures['net_profit']!))
      },
    ])
    page.add('Ann', question)
    await ann.writes(question)
    const answer = await ann.hears({ match: /\d\.\d\d/ })
    page.add('Alfred', shownAs(answer))
    for (const { text } of answer.buttons) await tap(answer, text)
    page.add('Ann', '/unlink')
    await ann.writes('/unlink')
    await tap(await ann.hears(), unlink)
    page.print()
  }
  expect(telegram.calls.filter(({ refused }) => refused !== undefined)).toEqual([])
  console.log('The pictures and files are in .data/gallery.')
})
