import * as v from 'valibot'
import { seeing } from '../../sql/connect.ts'
import { findStore } from '../../sql/stores.ts'
import { encryptionKey } from '../config.ts'
import { AppError } from '../errors.ts'
import { createSeal } from '../secrets.ts'
import { createShopify } from '../shopify/admin.ts'
import { checkShop, connectShop, ShopDomain } from '../shopify/connect-shop.ts'
import { command } from './command.ts'

await command(
  'bun run shopify:connect STORE DOMAIN [CLIENT_ID], with the secret or token on stdin',
  async (sql, args) => {
    const [slug, domain, client_id, ...more] = args
    if (!slug || !domain || more.length > 0 || args.some((arg) => arg.startsWith('-'))) return undefined
    if (!v.safeParse(ShopDomain, domain).success)
      throw new AppError('invalid', `${domain} is not a domain such as example.myshopify.com.`)
    const key = v.safeParse(encryptionKey, process.env.ENCRYPTION_KEY)
    if (!key.success) throw new AppError('invalid', `ENCRYPTION_KEY ${key.issues[0].message}`)
    const store = await findStore(sql, { slug })
    if (!store) throw new AppError('not_found', `There is no store "${slug}".`)
    if (process.stdin.isTTY) process.stderr.write(client_id ? 'Client secret: ' : 'Token (shpat_…): ')
    const secret = (await lineOf(process.stdin)).trim()
    if (!/^[\x21-\x7E]{1,200}$/.test(secret)) throw new AppError('invalid', 'There was no secret on stdin.')

    const now = () => new Date()
    const shopify = createShopify({ root: process.env.SHOPIFY_API_ROOT || undefined, now })
    const credentials = client_id ? { client_id, client_secret: secret } : { access_token: secret }
    const checked = await checkShop(shopify, store, { domain, ...credentials })
    const seal = createSeal({ key: key.output })
    await seeing(sql, 'all', (tx) => connectShop(tx, seal, { store, checked, who: null, now: now() }))
    return [
      `${slug} is connected to ${domain}. Its history comes in once the service runs: see GET /sync.`,
      ...checked.notes,
    ].join('\n')
  },
)

/** The first line of what is typed or piped in. */
async function lineOf(stream: AsyncIterable<Uint8Array>): Promise<string> {
  let text = ''
  for await (const chunk of stream) {
    text += new TextDecoder().decode(chunk)
    if (text.includes('\n')) break
  }
  return text.split('\n')[0] ?? ''
}
