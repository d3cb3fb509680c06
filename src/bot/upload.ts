import { Composer, InlineKeyboard } from 'grammy'
import type * as v from 'valibot'
import { findImport, type ImportDetail } from '../../sql/imports.ts'
import { listStores } from '../../sql/stores.ts'
import { mustBeAllowed } from '../access.ts'
import { AppError } from '../errors.ts'
import { IMPORT_SCOPES } from '../ingest/import-scopes.ts'
import { kindOfFile } from '../ingest/kind-of-file.ts'
import { applyImport, PreviewOutdated, previewImport, renewPreview } from '../ingest/preview-import.ts'
import { undoImport } from '../ingest/undo-import.ts'
import type { BotContext, BotDeps } from './context.ts'
import { MOST_BYTES, tooLarge, withDownload } from './download.ts'
import { importMessage } from './import-message.ts'
import { onTap, showTapped } from './taps.ts'
import { isSource, removeTapped, takeSource } from './upload-source.ts'

const UNKNOWN =
  'I cannot tell what is in this file. I know orders (Shopify’s export), unit costs, ad spend (Meta Ads Manager, Google Ads, or rows of your own), fixed costs and products, as CSV or XLSX with their column names in the first lines, and for Elisa transcripts (VTT, SRT) and documents (PDF, DOCX, Markdown, HTML, text).'

/** Files in a chat. Transcripts and documents go to Elisa; of tables a preview of what they would change, with buttons to apply it and to undo that. A caption may name the store. */
export const uploads = ({ now, download }: BotDeps) => {
  const composer = new Composer<BotContext>()
  composer.on('message:document', async (ctx) => {
    const { file_id, file_size = 0, file_name } = ctx.message.document
    if (file_size > MOST_BYTES) throw tooLarge()
    await ctx.replyWithChatAction('typing')
    const name = nameOf(file_name)
    const caption = ctx.message.caption
    const detail = await withDownload(download, file_id, async (path) => {
      if (isSource(name)) return takeSource(ctx, { bytes: await Bun.file(path).bytes(), name, title: caption })
      const kind = await kindOfFile(path, name)
      if (!kind) throw new AppError('invalid', UNKNOWN)
      mustBeAllowed(ctx.who, IMPORT_SCOPES[kind])
      const store = (await storeIn(ctx, caption)) ?? undefined
      const given = { kind, path, file_name: name, options: { ...(store !== undefined && { store }) } }
      return ctx.db(async (sql) => {
        const id = await previewImport(sql, given, { who: ctx.who, now: now() })
        return findImport(sql, { id })
      })
    })
    if (detail) await ctx.reply(importMessage(detail, ctx.words), { parse_mode: 'HTML', ...keysOf(ctx, detail) })
  })
  composer.use(
    onTap('import', async (ctx) => {
      const [told, what] = ctx.tap.args
      const id = Number(told)
      await mustHandle(ctx, id)
      if (ctx.tap.expired) throw new AppError('conflict', 'This button is old. Send the file again.')
      if (what === 'apply') await apply(ctx, id)
      else if (what === 'undo') await ctx.db((sql) => undoImport(sql, id, { who: ctx.who, now: now() }))
      const detail = await mustHandle(ctx, id)
      await showTapped(ctx, importMessage(detail, ctx.words), { parse_mode: 'HTML', ...keysOf(ctx, detail) })
    }),
  )
  composer.use(onTap('source', removeTapped))
  return composer

  /** When something changed since the preview nothing is done, and the card shows the preview as it is now. */
  async function apply(ctx: BotContext, id: number): Promise<void> {
    const asking = { who: ctx.who, now: now() }
    try {
      await ctx.db((sql) => applyImport(sql, id, asking))
    } catch (error) {
      if (!(error instanceof PreviewOutdated)) throw error
      await ctx.db((sql) => renewPreview(sql, id, asking))
      const detail = await mustHandle(ctx, id)
      await ctx.reply(error.message)
      await ctx.editMessageText(importMessage(detail, ctx.words), { parse_mode: 'HTML', ...keysOf(ctx, detail) })
    }
  }
}

async function mustHandle(ctx: BotContext, id: number): Promise<v.InferOutput<typeof ImportDetail>> {
  const found = await ctx.db((sql) => findImport(sql, { id }))
  if (!found) throw new AppError('not_found', `There is no import ${id}.`)
  mustBeAllowed(ctx.who, IMPORT_SCOPES[found.kind])
  return found
}

/** The store that a caption names, or that is meant in this place. */
async function storeIn(ctx: BotContext, caption = ''): Promise<string | null> {
  const stores = await ctx.db((sql) => listStores(sql, {}))
  const named = caption.toLowerCase().split(/\s+/).find((word) => stores.some(({ slug }) => slug === word)) // prettier-ignore
  return named ?? (await ctx.storeHere()) ?? (stores.length === 1 ? stores[0]!.slug : null)
}

/** The name of a file without what must not be in one. */
const nameOf = (name = 'file') => name.replace(/[\p{Cc}/\\]/gu, '_').slice(0, 200) || 'file'

function keysOf(ctx: BotContext, { id, status }: Pick<v.InferOutput<typeof ImportDetail>, 'id' | 'status'>) {
  const keys = new InlineKeyboard()
  if (status === 'previewed') keys.text('✅ Apply', ctx.button('import', [id, 'apply']))
  if (status === 'applied') keys.text('↩️ Undo', ctx.button('import', [id, 'undo']))
  return keys.inline_keyboard.length > 0 ? { reply_markup: keys } : {}
}
