import { Composer, InlineKeyboard, InputFile } from 'grammy'
import { findLastConversation } from '../../sql/conversations.ts'
import { findReceipt, type Receipt, receiptsOfAnswer } from '../../sql/receipts.ts'
import { getWorkspace } from '../../sql/stores.ts'
import { findTelegramCitations } from '../../sql/telegram-answers.ts'
import { mustBeAllowed } from '../access.ts'
import { type AgentDeps, newTurn } from '../agents/agent-deps.ts'
import type { Answer } from '../agents/answer.ts'
import type { Fact } from '../agents/evidence.ts'
import { described, explainReceipt, factsOf, receiptOf } from '../agents/tools/explain-figure.ts'
import { dayIn } from '../day.ts'
import { AppError } from '../errors.ts'
import type { BotContext, BotDeps } from './context.ts'
import { periodOf } from './period.ts'
import { proofMessage, sourcesMessage } from './proof-message.ts'
import { proofWord } from './proof-words.ts'
import { onTap, showTapped } from './taps.ts'

/** Receipts of one answer that have a button, and figures of one text that are described. */
const [BUTTONS, FIGURES] = [8, 3]
/** What people write for a figure: `4,312.50`, `€4.312,50`, `34.6 %`, `12 EUR`. */
const FIGURE = /^[-−+]?\s?[€$£¥]?\s?[-−+]?\d[\d.,'’\s]*(%|[€$£¥]|[A-Z]{3})?$/u

type Page = [text: string, options: { parse_mode: 'HTML'; reply_markup: InlineKeyboard }]

/** In whose words and on which clocks it is told. */
const toldTo = async ({ db, words }: BotContext) => ({
  words,
  time_zone: (await db((tx) => getWorkspace(tx, {}))).time_zone,
})

/** The buttons under an answer that states figures or cites material; undefined where there is nothing to open. */
export function proofKeys(ctx: BotContext, { message_id, receipt_ids, citations }: Answer): InlineKeyboard | undefined {
  if (receipt_ids.length + citations.length === 0) return undefined
  const { language } = ctx.words
  const keys = new InlineKeyboard().text(proofWord('sources', language), ctx.button('sources', [message_id, 'below']))
  const [first] = receipt_ids
  return first === undefined
    ? keys
    : keys.text(proofWord('why', language), ctx.button('proof', [message_id, first, 'below']))
}

/** Sources and Why under the answers of the agents, and `/why 4,312.50`: what proves a figure, and whether it is still so. */
export const proofs = ({ sql, now }: BotDeps) => {
  const composer = new Composer<BotContext>()
  composer.command('why', async (ctx, next) => {
    const figure = ctx.match.trim()
    if (!FIGURE.test(figure) || periodOf(figure.toLowerCase(), dayIn('UTC', now()))) return next()
    const page = await figurePage(ctx, figure.slice(0, 100))
    return ctx.reply(...page)
  })
  composer.use(
    onTap('sources', async (ctx) => {
      const [answer_id, below] = ctx.tap.args
      await show(ctx, await sourcesPage(ctx, Number(answer_id)), below)
    }),
    onTap('proof', async (ctx) => {
      const [answer_id, receipt_id, below] = ctx.tap.args
      const receipts = await receiptsOf(ctx, Number(answer_id))
      const receipt = receipts.find(({ id }) => id === Number(receipt_id))
      if (!receipt) throw new AppError('not_found', proofWord('others', ctx.words.language))
      // The page of a proof replies to its answer.
      const answer = below === undefined ? ctx.msg?.reply_to_message?.text : ctx.msg?.text
      await show(ctx, await proofPage(ctx, receipt, receipts, factsOf(receipt, answer ?? '')), below)
    }),
    onTap('sql', async (ctx) => {
      mustBeAllowed(ctx.who, 'agents:use')
      const receipt = await ctx.db((tx) => findReceipt(tx, { id: Number(ctx.tap.args[0]) }))
      if (!receipt) throw new AppError('not_found', proofWord('others', ctx.words.language))
      const { sql: statements } = await explainReceipt(asker(ctx), receipt)
      const text = Object.entries(statements).map(([name, statement]) => `-- ${name}\n${statement.trim()};\n`)
      await ctx.replyWithDocument(new InputFile(Buffer.from(text.join('\n')), [receipt.tool, 'sql'].join('.')))
      await ctx.answerCallbackQuery()
    }),
  )
  return composer

  /** Under the answer, which stays, or in place of the page that was tapped. */
  async function show(ctx: BotContext, [text, options]: Page, below: string | undefined): Promise<void> {
    if (below === undefined) return showTapped(ctx, text, options)
    const message_id = ctx.msg?.message_id
    const under =
      message_id === undefined ? {} : { reply_parameters: { message_id, allow_sending_without_reply: true } }
    await ctx.reply(text, { ...options, ...under })
    await ctx.answerCallbackQuery()
    return undefined
  }

  function asker(ctx: BotContext, conversation_id?: number): AgentDeps {
    const { db, who } = ctx
    return { db, who, now, channel: 'telegram', turn: newTurn(), progress: () => {}, ...(conversation_id !== undefined && { conversation_id }) } // prettier-ignore
  }

  /** The receipts of an answer that this person may see. */
  function receiptsOf(ctx: BotContext, message_id: number): Promise<Receipt[]> {
    mustBeAllowed(ctx.who, 'agents:use')
    return ctx.db((tx) => receiptsOfAnswer(tx, { message_id }))
  }

  async function sourcesPage(ctx: BotContext, answer_id: number): Promise<Page> {
    const receipts = await receiptsOf(ctx, answer_id)
    const cited = await findTelegramCitations(sql, { chat_id: ctx.chat?.id ?? 0, answer_id })
    const citations = cited?.citations ?? []
    if (receipts.length + citations.length === 0)
      throw new AppError('not_found', proofWord('others', ctx.words.language))
    const keys = new InlineKeyboard()
    for (const [at, { id }] of receipts.slice(0, BUTTONS).entries())
      keys.text(`${proofWord('why', ctx.words.language)} ${at + 1}`, ctx.button('proof', [answer_id, id]))
    const text = sourcesMessage({ citations, receipts }, await toldTo(ctx))
    return [text, { parse_mode: 'HTML', reply_markup: keys }]
  }

  async function proofPage(ctx: BotContext, receipt: Receipt, receipts: Receipt[], facts: Fact[]): Promise<Page> {
    const { language } = ctx.words
    const explained = await explainReceipt(asker(ctx), receipt, facts)
    const figures = [...new Map(facts.map((fact) => [fact.figure, described(fact)])).values()].slice(0, FIGURES)
    const text = proofMessage({ receipt, figures, now: explained.now }, await toldTo(ctx))
    const keys = new InlineKeyboard()
    if (receipts.length > 1)
      for (const [at, { id }] of receipts.slice(0, BUTTONS).entries())
        keys.text(id === receipt.id ? `• ${at + 1}` : String(at + 1), ctx.button('proof', [receipt.message_id, id]))
    keys.row().text(`‹ ${proofWord('sources', language)}`, ctx.button('sources', [receipt.message_id]))
    if (Object.keys(explained.sql).length > 0) keys.text('SQL', ctx.button('sql', [receipt.id]))
    return [text, { parse_mode: 'HTML', reply_markup: keys }]
  }

  /** A figure that was stated in this chat, as it was written. */
  async function figurePage(ctx: BotContext, figure: string): Promise<Page> {
    mustBeAllowed(ctx.who, 'agents:use')
    const asked = { user_id: ctx.who.user_id, chat_id: ctx.chat?.id ?? 0 }
    const conversation = await ctx.db((tx) => findLastConversation(tx, asked))
    const { receipt, facts } = await receiptOf(asker(ctx, conversation?.id), figure, undefined)
    return proofPage(ctx, receipt, await receiptsOf(ctx, receipt.message_id), facts)
  }
}
