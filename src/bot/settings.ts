import { Composer, InlineKeyboard } from 'grammy'
import { setTelegramLook } from '../../sql/telegram.ts'
import { LANGUAGES, languageOf, type Language, wording } from '../wording.ts'
import type { BotContext, BotDeps } from './context.ts'
import { onTap, showTapped } from './taps.ts'

const NAMES: Record<Language, string> = { en: 'English', nl: 'Nederlands', de: 'Deutsch' }

/** `/settings`: language and the colours of pictures, for this person. */
export const settingsCommand = ({ sql }: BotDeps) => {
  const composer = new Composer<BotContext>()
  composer.command('settings', (ctx) => ctx.reply(...shown(ctx)))
  composer.use(
    onTap('set', async (ctx) => {
      const [what, value] = ctx.tap.args
      if (what === 'language') ctx.person.language = languageOf(value)
      if (what === 'theme') ctx.person.theme = value === 'dark' ? 'dark' : 'light'
      const { language, theme } = ctx.person
      await setTelegramLook(sql, { telegram_id: ctx.from!.id, language, theme })
      ctx.words = wording(languageOf(language ?? ctx.from?.language_code))
      await showTapped(ctx, ...shown(ctx))
    }),
  )
  return composer
}

function shown(ctx: BotContext): [string, { reply_markup: InlineKeyboard }] {
  const { language } = ctx.words
  const keys = new InlineKeyboard()
  for (const one of LANGUAGES)
    keys.text(`${one === language ? '• ' : ''}${NAMES[one]}`, ctx.button('set', ['language', one], 'only this person'))
  keys.row()
  for (const theme of ['light', 'dark'] as const)
    keys.text(`${theme === ctx.person.theme ? '• ' : ''}${theme === 'light' ? '☀️ Light' : '🌙 Dark'}`, ctx.button('set', ['theme', theme], 'only this person')) // prettier-ignore
  return [`${ctx.who.email} (${ctx.who.role})\n\nLanguage, and the colours of pictures:`, { reply_markup: keys }]
}
