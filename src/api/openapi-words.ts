import type { Scope } from '../access.ts'

/** What the document says in its own words: the rest of it comes from the routes. */
export const INFO = {
  title: 'DealDome',
  version: '0.1.0',
  description: [
    'The profit desk of an e-commerce team: what did we really earn, why, and what now?',
    '**Figures.** Amounts exclude tax and are exact decimals in the `currency` beside them. A ratio whose divisor is zero is null. Days are business days `YYYY-MM-DD` of the store’s time zone, ranges include both ends, and points in time are ISO 8601 in UTC.',
    '**Signing in.** `POST /auth/login` answers a token for 24 hours; an API token (`dd_…`) has scopes and stores of its own. Send either as `Authorization: Bearer TOKEN`. Who is limited to some stores gets the figures of those stores only, totals included.',
    '**Lists** answer `data` and `next`, the cursor of the next page or null. `format=csv` or `format=xlsx` answers the whole list as a file.',
    '**Writes.** With an `Idempotency-Key` a repeat within 24 hours gets the first answer again. An update may be tied by `If-Match` to the `ETag` of what was read.',
    '**Failures** are problem details (RFC 9457); `instance` is the id of the request. Give your own in `X-Request-Id` (8 to 64 letters, digits, dots, dashes) or take the one that is made.',
  ].join('\n\n'),
  license: { name: 'MIT', identifier: 'MIT' },
  contact: { name: 'The owner of this workspace' },
}

/** Every tag that a route has, in the order of reading. */
export const TAGS: Record<string, string> = {
  auth: 'Signing in and out, and one’s own password.',
  financials: 'What was earned: the P&L, why it changed, and the daily figures that were posted by hand.',
  reports: 'Months that were closed, frozen and signed, with what changed since.',
  orders: 'Orders with every deduction, its basis and its source.',
  products: 'Products, their dated unit costs and the SKUs of stores that sell them.',
  'fixed costs': 'Recurring costs such as rent, accrued per calendar day.',
  stores: 'The stores of the workspace, their currency, time zone and defaults.',
  imports: 'Files in: preview what a file would change, apply it, undo it.',
  agents: 'Alfred and his colleagues, who answer in words with figures from queries only.',
  conversations: 'What was asked and answered.',
  memories: 'What the agents were told to remember.',
  knowledge: 'Documents and video transcripts that the agents may cite.',
  actions: 'What the agents propose; nothing happens without a person’s yes.',
  tasks: 'Questions that are asked on a schedule.',
  settings: 'The workspace itself, and its secrets, which are written and never read.',
  telegram: 'People who wrote to the bot and wait to be let in.',
  users: 'People, their roles and the stores they are limited to.',
  'api tokens': 'Tokens for machines, with scopes of their own.',
  'audit log': 'Who changed money, access or secrets.',
  jobs: 'Work in the background: what waits, what failed.',
  health: 'Whether the process and its database answer.',
}

/** What a parameter means wherever it has this name. A route says something else with `v.description` in its schema. */
export const PARAMETERS: Record<string, string> = {
  limit: 'Rows of a page at most.',
  offset: 'Rows to skip. For long lists `cursor` is faster and misses nothing.',
  cursor: '`next` of the page before.',
  count: 'Whether `total` is answered as well.',
  kind: 'What an action does: a refund, a cancellation, another address, a note, a price, a unit cost, a mail with the tracking number.',
  format: 'The whole list as a file instead of a page; limit, offset and cursor do not count then.',
  start: 'First business day, included. Comes with `end`; without both it is the current month, or all days of a list.',
  end: 'Last business day, included.',
  from_start: 'First day of the earlier range.',
  from_end: 'Last day of the earlier range, included.',
  to_start: 'First day of the later range.',
  to_end: 'Last day of the later range, included.',
  store: 'Slug of a store; all stores that you see when left out.',
  compare: 'Compares with the range of the same length before, or with the same days a year earlier.',
  grain: 'The days that a column holds. Weeks begin on Monday.',
  sort: 'The figure to sort by; a minus sign puts the largest first.',
  status: 'Only those of this status.',
  state: 'Only those in this state.',
  currency: 'Only those in this currency (ISO 4217).',
  at: 'A day: those that count on it.',
  q: 'Words to look for.',
  platform: 'Only the spend on this platform.',
  product_id: 'Only the figures of this product.',
  slug: 'Slug of the store.',
  code: 'The code that the bot showed.',
  user_id: 'Those of this person; for administrators.',
  id: 'Its id.',
  variant_id: 'Id of the variant.',
}

export const SCOPE_WORDS: Record<Scope, string> = {
  'financials:read': 'read daily figures, ad spend and product performance',
  'financials:write': 'post and import them, and close months',
  'products:read': 'read products and fixed costs',
  'products:write': 'change them',
  'stats:read': 'read reports, overviews and stores',
  'orders:read': 'read orders',
  'orders:write': 'import orders, and decide on actions that touch them',
  'knowledge:read': 'search and read sources',
  'knowledge:write': 'add and remove them',
  'tasks:write': 'schedule tasks of the agents',
  'agents:use': 'ask the agents',
  admin: 'people, tokens, stores and settings',
}
