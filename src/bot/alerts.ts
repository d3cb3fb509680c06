import { Composer, InlineKeyboard } from 'grammy'
import { type Alert, type AlertKind, alertsOfChat, findQuietHours, setQuietHours } from '../../sql/alerts.ts'
import { seeing } from '../../sql/connect.ts'
import { getWorkspace } from '../../sql/stores.ts'
import { mayDo, mustBeAllowed } from '../access.ts'
import { limitText } from '../alerts/alert-message.ts'
import { changeAlert, type AlertChange, untouched } from '../alerts/change-alert.ts'
import { ALERTS, KINDS, nextThreshold } from '../alerts/kinds.ts'
import { alertName, alertWord } from '../alerts/words.ts'
import { AppError } from '../errors.ts'
import type { BotContext, BotDeps } from './context.ts'
import { onTap, showTapped } from './taps.ts'

/** Quiet hours to choose from; the next one comes with each tap. */
const QUIET = ['22:00-07:00', '21:00-08:00', '20:00-09:00', '23:00-06:00', '00:00-00:00']
const WEEK = 7 * 86_400_000

type Shown = [text: string, options: { parse_mode: 'HTML'; reply_markup: InlineKeyboard }]
type Settings = Pick<Alert, 'active' | 'threshold' | 'at' | 'urgent' | 'muted_until' | 'store'>

/** `/alerts`: what this chat or topic is told without asking, each with its own limit, by buttons. */
export const alertsCommand = (deps: BotDeps) => {
  const { sql, now } = deps
  const currencyOf = async (ctx: BotContext) => (await ctx.db((tx) => getWorkspace(tx, {}))).reporting_currency
  const isMuted = ({ muted_until }: Settings) => muted_until !== null && new Date(muted_until) > now()
  const composer = new Composer<BotContext>()
  composer.command('alerts', async (ctx) => {
    mustBeAllowed(ctx.who, 'stats:read')
    return ctx.reply(...(await list(ctx)))
  })
  composer.use(
    onTap('alert', async (ctx) => {
      const [kind = '', what = '', value = ''] = ctx.tap.args
      if (kind === 'all') return showTapped(ctx, ...(await list(ctx)))
      if (kind === 'quiet') {
        const [from = '', until = ''] = value.replace(/(\d\d)(\d\d)/g, '$1:$2').split('-')
        await setQuietHours(sql, { user_id: ctx.who.user_id, from, until })
        return showTapped(ctx, ...(await list(ctx)))
      }
      if (!KINDS.includes(kind as AlertKind)) throw new AppError('invalid', 'This button is from an older version. Send /alerts for new ones.') // prettier-ignore
      return tapped(ctx, kind as AlertKind, what, value)
    }),
  )
  return composer

  /** `mute` and `raise` stand under an alert and leave it as it is; the others belong to the page of a kind. */
  async function tapped(ctx: BotContext, kind: AlertKind, what: string, value: string): Promise<void> {
    const { language } = ctx.words
    if (what === 'mute') {
      const muted_until = new Date(now().getTime() + WEEK)
      await change(ctx, kind, { muted_until })
      const day = ctx.words.shortDay(muted_until.toISOString())
      await ctx.answerCallbackQuery({ text: alertWord('muted', language, { day }), show_alert: true })
      return
    }
    if (what === 'raise') {
      await change(ctx, kind, { threshold: value })
      const limit = limitText(kind, value, await currencyOf(ctx), ctx.words)
      await ctx.answerCallbackQuery({ text: alertWord('raised', language, { limit }), show_alert: true })
      return
    }
    if (what !== 'show') await change(ctx, kind, changeOf(what, value))
    await showTapped(ctx, ...(await page(ctx, kind)))
  }

  async function change(ctx: BotContext, kind: AlertKind, asked: AlertChange): Promise<void> {
    const place = { chat_id: ctx.chat?.id ?? 0, thread_id: ctx.thread_id, kind }
    await changeAlert({ sql, now }, ctx.who, place, asked, { storeHere: await ctx.storeHere() })
  }

  /** The settings of this place, also of those that nobody touched. */
  async function settingsOf(ctx: BotContext): Promise<(kind: AlertKind) => Settings> {
    const place = { chat_id: ctx.chat?.id ?? 0, thread_id: ctx.thread_id }
    const [rows, store] = await Promise.all([seeing(sql, 'all', (tx) => alertsOfChat(tx, place)), ctx.storeHere()])
    return (kind) => rows.find((row) => row.kind === kind) ?? untouched(kind, store)
  }

  function summary(ctx: BotContext, kind: AlertKind, settings: Settings, currency: string): string {
    const { language } = ctx.words
    const { active, at, threshold } = settings
    const sign = !active ? '▫️' : isMuted(settings) ? '🔕' : '✅'
    const limit = threshold === null || Number(threshold) === 0 ? undefined : alertWord('limit', language, { limit: limitText(kind, threshold, currency, ctx.words) }) // prettier-ignore
    return `${sign} ${[alertName(kind, language), at ?? limit].filter(Boolean).join(' · ')}`
  }

  async function list(ctx: BotContext): Promise<Shown> {
    const { language } = ctx.words
    const [settings, currency, quiet] = await Promise.all([
      settingsOf(ctx),
      currencyOf(ctx),
      findQuietHours(sql, { user_id: ctx.who.user_id }),
    ])
    const { from, until } = quiet ?? { from: '00:00', until: '00:00' }
    const hours = from === until ? alertWord('none', language) : `${from}–${until}`
    const keys = new InlineKeyboard()
    for (const kind of KINDS)
      if (mayDo(ctx.who, ALERTS[kind].needs))
        keys.text(summary(ctx, kind, settings(kind), currency), ctx.button('alert', [kind, 'show'])).row()
    const next = QUIET[(QUIET.indexOf(`${from}-${until}`) + 1) % QUIET.length]!
    keys.text(alertWord('quiet', language, { quiet: hours }), ctx.button('alert', ['quiet', 'set', next.replaceAll(':', '')], 'only this person')) // prettier-ignore
    const hint = alertWord('list_hint', language, { quiet: hours })
    return [`${alertWord('list', language)}\n\n${hint}`, { parse_mode: 'HTML', reply_markup: keys }]
  }

  async function page(ctx: BotContext, kind: AlertKind): Promise<Shown> {
    const { language } = ctx.words
    const settings = (await settingsOf(ctx))(kind)
    const currency = await currencyOf(ctx)
    const { active, at, threshold, urgent, store } = settings
    const keys = new InlineKeyboard()
    const key = (text: string, ...args: string[]) => keys.text(text, ctx.button('alert', [kind, ...args]))
    key(alertWord(active ? 'turn_off' : 'turn_on', language), active ? 'off' : 'on').row()
    if (at !== null) {
      const hour = (by: number) => `${String((Number(at.slice(0, 2)) + by + 24) % 24).padStart(2, '0')}${at.slice(3)}`
      key('−1 h', 'at', hour(-1))
      key(at, 'show')
      key('+1 h', 'at', hour(1)).row()
    }
    if (threshold !== null) {
      key('−', 'limit', nextThreshold(kind, threshold, 'down'))
      key(limitText(kind, threshold, currency, ctx.words), 'show')
      key('+', 'limit', nextThreshold(kind, threshold, 'up')).row()
    }
    key(alertWord(urgent ? 'urgent' : 'not_urgent', language), 'urgent', urgent ? 'no' : 'yes').row()
    if (isMuted(settings)) key(alertWord('unmute', language), 'unmute')
    else key(alertWord('mute', language), 'still')
    keys.row().text(alertWord('back', language), ctx.button('alert', ['all']))
    const state = alertWord(active ? 'on' : 'off', language)
    const about = store === null ? '' : ` · ${store.toUpperCase()}`
    const muted = isMuted(settings) ? `\n${alertWord('muted', language, { day: ctx.words.shortDay(settings.muted_until!) })}` : '' // prettier-ignore
    return [`<b>${alertName(kind, language)}</b>${about} · ${state}${muted}`, { parse_mode: 'HTML', reply_markup: keys }] // prettier-ignore
  }

  function changeOf(what: string, value: string): AlertChange {
    switch (what) {
      case 'on':
      case 'off':
        return { active: what === 'on' }
      case 'at':
        return { at: `${value.slice(0, 2)}:${value.slice(2)}` }
      case 'limit':
        return { threshold: value }
      case 'urgent':
        return { urgent: value === 'yes' }
      case 'still':
        return { muted_until: new Date(now().getTime() + WEEK) }
      case 'unmute':
        return { muted_until: null }
      default:
        throw new AppError('invalid', 'This button is from an older version. Send /alerts for new ones.')
    }
  }
}
