import { connect } from '../../sql/connect.ts'
import { approve } from '../../src/actions/decide.ts'
import type { Who } from '../../src/access.ts'
import { createShopify } from '../../src/shopify/admin.ts'
import { createOpenShop } from '../../src/shopify/open-shop.ts'
import { createSeal } from '../../src/secrets.ts'

/** A process that approves one action, for tests that kill it: address of the database, of shops, who presses, the action, and when. */
const [url = '', root = '', who = '', id = '', at = ''] = process.argv.slice(2)
const sql = connect(url, { max: 2 })
const seal = createSeal({ key: new Uint8Array(32).fill(7) })
const now = () => new Date(at)
const openShop = createOpenShop({ shopify: createShopify({ root, now }), seal })
await approve({ sql, now, openShop }, JSON.parse(who) as Who, Number(id))
await sql.end({ timeout: 1 })
