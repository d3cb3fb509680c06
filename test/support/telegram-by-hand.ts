import type { Heard, Telegram } from './telegram.ts'

const FOREVER = 2 ** 31 - 1
const USAGE = 'A line is sent as your message, #2 taps the second button of the last message, <file.csv uploads a file.'

const lines = (message: Heard, telegram: Telegram) => {
  const edited = message.edit_date === undefined ? '' : ' (edited)'
  const file = message.document ?? message.photo?.at(-1)
  const buttons = message.buttons.map(({ text, ...button }, index) => {
    const target = 'url' in button ? ` → ${button.url}` : ''
    return `  #${index + 1} [${text}]${target}`
  })
  return [`bot${edited}: ${message.text}`, ...(file ? [`  file: ${telegram.file(file.file_id).url}`] : []), ...buttons]
}

/** Lets one person talk with a bot from a terminal, until the input ends. */
export const runByHand = async (telegram: Telegram) => {
  const me = telegram.person({ first_name: 'You', username: 'you', language_code: 'en' })
  let last: Heard | undefined
  console.log(`TELEGRAM_API_ROOT=${telegram.root}\nTELEGRAM_BOT_TOKEN=${telegram.token}\n${USAGE}`)
  if (!telegram.specUsed) console.log('The published API description is absent: calls are checked less strictly.')

  const listen = async () => {
    for (;;) {
      last = await me.hears({ within: FOREVER })
      console.log(lines(last, telegram).join('\n'))
    }
  }
  const notice = async () => {
    for (;;) {
      const { text, show_alert } = await me.toast({ within: FOREVER })
      if (text) console.log(`${show_alert ? 'alert' : 'notice'}: ${text}`)
    }
  }
  const act = async (line: string) => {
    if (line.startsWith('#')) {
      const button = last?.buttons[Number(line.slice(1)) - 1]
      if (!last || !button) throw new Error('There is no such button.')
      await me.taps(last, button.text)
    } else if (line.startsWith('<')) {
      const path = line.slice(1).trim()
      await me.uploads(path.split('/').at(-1) ?? path, await Bun.file(path).bytes())
    } else if (line.trim() !== '') await me.writes(line)
  }

  void listen()
  void notice()
  for await (const line of console) {
    try {
      await act(line)
    } catch (error) {
      console.log(error instanceof Error ? error.message : error)
    }
  }
  await telegram.stop()
  process.exit(0)
}
