import * as v from 'valibot'
import { findAction } from '../../../sql/actions.ts'
import type { AgentName } from '../../../sql/conversations.ts'
import { mustBeAllowed } from '../../access.ts'
import type { Proposal } from '../../actions/proposal.ts'
import { propose } from '../../actions/propose.ts'
import { IN_THE_SHOP, NEEDS } from '../../actions/values.ts'
import { Day } from '../../day.ts'
import { CancelReason } from '../../shopify/cancel-order.ts'
import type { AgentDeps } from '../agent-deps.ts'
import { type Tool, tool } from '../tool.ts'

const AGENT: AgentName = 'roos'
const NOTHING_YET = 'Only a proposal: nothing happens until a person presses Approve. '

const Amount = v.pipe(v.string(), v.regex(/^\d{1,9}(\.\d{1,6})?$/, 'must be a decimal amount such as "12.50"'))
const Line = (most: number) =>
  v.pipe(
    v.string(),
    v.maxLength(most),
    // oxlint-disable-next-line no-control-regex -- they are what is refused
    v.regex(/^[^\u0000-\u001F\u007F]*[^\s\u0000-\u001F\u007F][^\u0000-\u001F\u007F]*$/, 'must be one line of text'),
  )
/** One line of text that may be empty. */
const Maybe = (most: number) =>
  // oxlint-disable-next-line no-control-regex -- they are what is refused
  v.pipe(v.string(), v.maxLength(most), v.regex(/^[^\0-\x1F\x7F]*$/, 'must be one line of text'))
/** Shopify holds 40 characters, and takes a comma for the end of a tag. */
const Tag = v.pipe(
  v.string(),
  v.maxLength(40),
  // oxlint-disable-next-line no-control-regex -- they are what is refused
  v.regex(/^[^,\s\0-\x1F\x7F]([^,\0-\x1F\x7F]*[^,\s\0-\x1F\x7F])?$/, 'must be a tag without a comma'),
)
const Tags = v.pipe(v.array(Tag), v.minLength(1), v.maxLength(20))
const reason = v.pipe(Line(300), v.description('Why, in one sentence that the approver reads'))
const order = {
  order: v.pipe(Line(60), v.description('Order number as find_orders shows it')),
  store: v.optional(v.pipe(v.string(), v.description('Slug; needed when several stores have the number'))),
}
const notify_customer = v.optional(
  v.pipe(v.boolean(), v.description('Whether the shop mails the customer; false unless asked for')),
)

/** Writes the proposal down and answers what its card shows. */
async function proposed(deps: AgentDeps, proposal: Proposal & { reason: string }) {
  const { db, who, now, conversation_id, turn } = deps
  mustBeAllowed(who, IN_THE_SHOP[proposal.kind] ? 'orders:read' : 'products:read')
  const by = { who, now: now(), agent: AGENT, conversation_id: conversation_id ?? null }
  const made = await propose(deps, by, proposal)
  const action = await db((sql) => findAction(sql, { id: made, now: now() }))
  if (!action) throw new Error('a proposal is gone right after it was made')
  if (!turn.action_ids.includes(action.id)) turn.action_ids.push(action.id)
  const { id, target, old_value, new_value, effect, approvals_needed, expires_at, status } = action
  return {
    action_id: id,
    status,
    target,
    old_value,
    new_value,
    effect_on_profit: effect,
    within_limits: true,
    approvals_needed,
    who_may_approve: `${approvals_needed === 1 ? 'One person' : 'Two different people'} with ${NEEDS[proposal.kind]}, who see the store`,
    expires_at,
    hint: 'Tell the person what you propose and that it waits for their approval. It is not done.',
  }
}

export const proposeTools: readonly Tool<AgentDeps>[] = [
  tool({
    name: 'propose_refund',
    description: `${NOTHING_YET}Gives money back on an order, tax included; leave amount out for all that is left. The goods are not restocked by it.`,
    input: v.object({ ...order, amount: v.optional(Amount), notify_customer, reason }),
    writes: true,
    run: (deps: AgentDeps, input) => proposed(deps, { kind: 'refund', ...input }),
  }),
  tool({
    name: 'propose_cancel',
    description: `${NOTHING_YET}Cancels an order that was not sent, refunds all that is left the way it was paid, and restocks the goods unless told otherwise.`,
    input: v.object({
      ...order,
      notify_customer,
      restock: v.optional(v.boolean()),
      because: v.optional(CancelReason),
      reason,
    }),
    writes: true,
    run: (deps: AgentDeps, input) => proposed(deps, { kind: 'cancel', ...input }),
  }),
  tool({
    name: 'propose_address_change',
    description: `${NOTHING_YET}Changes the shipping address of an order that was not sent, to the one that the person gave. Country and province by their codes; the telephone number stays unless one is given.`,
    input: v.object({
      ...order,
      first_name: Line(100),
      last_name: Line(100),
      company: v.optional(Maybe(100)),
      address1: Line(200),
      address2: v.optional(Maybe(200), ''),
      zip: Line(20),
      city: Line(100),
      province: v.optional(v.pipe(v.string(), v.regex(/^[A-Z0-9]{0,4}$/, 'must be a province code such as CA'))),
      country: v.pipe(v.string(), v.regex(/^[A-Z]{2}$/, 'must be a country code such as NL')),
      phone: v.optional(Maybe(30)),
      reason,
    }),
    writes: true,
    run: (deps: AgentDeps, input) => proposed(deps, { kind: 'address', ...input }),
  }),
  tool({
    name: 'propose_order_note',
    description: `${NOTHING_YET}Adds a line to the note that the team reads on an order.`,
    input: v.object({ ...order, note: Line(500), reason }),
    writes: true,
    run: (deps: AgentDeps, input) => proposed(deps, { kind: 'note', ...input }),
  }),
  tool({
    name: 'propose_order_tags',
    description: `${NOTHING_YET}Adds tags to an order in the shop, takes tags off it, or both; others stay.`,
    input: v.object({ ...order, add: v.optional(Tags), remove: v.optional(Tags), reason }),
    writes: true,
    run: (deps: AgentDeps, input) => proposed(deps, { kind: 'tag', ...input }),
  }),
  tool({
    name: 'propose_tracking_mail',
    description: `${NOTHING_YET}Notes the tracking number of an order that was sent, and has the shop mail it to the customer.`,
    input: v.object({ ...order, number: Line(100), company: Line(100), reason }),
    writes: true,
    run: (deps: AgentDeps, input) => proposed(deps, { kind: 'tracking_mail', ...input }),
  }),
  tool({
    name: 'propose_price',
    description: `${NOTHING_YET}Changes the selling price of one SKU in one store, in the currency of the store.`,
    input: v.object({ store: v.string(), sku: Line(100), price: Amount, reason }),
    writes: true,
    run: (deps: AgentDeps, input) => proposed(deps, { kind: 'price', ...input }),
  }),
  tool({
    name: 'propose_stock',
    description: `${NOTHING_YET}Sets how many pieces of one SKU can be sold from a place of one store, as they were counted. old_value says how many the shop shows now.`,
    input: v.object({
      store: v.string(),
      sku: Line(100),
      available: v.pipe(v.number(), v.safeInteger(), v.minValue(0), v.maxValue(1_000_000)),
      location: v.optional(v.pipe(Line(100), v.description('Needed when the shop keeps it in several places'))),
      reason,
    }),
    writes: true,
    run: (deps: AgentDeps, input) => proposed(deps, { kind: 'inventory', ...input }),
  }),
  tool({
    name: 'propose_unit_cost',
    description:
      `${NOTHING_YET}Sets what one piece of a product costs us, from a day (today) until a day (open end), in all stores that sell it. ` +
      'A day in the past restates the profit of orders since then; effect_on_profit says by how much.',
    input: v.object({
      product_id: v.pipe(v.number(), v.safeInteger(), v.minValue(1), v.description('From find_products')),
      unit_cost: Amount,
      currency: v.pipe(v.string(), v.regex(/^[A-Z]{3}$/, 'must be an ISO 4217 code such as EUR')),
      from: v.optional(Day),
      to: v.optional(Day),
      reason,
    }),
    writes: true,
    run: (deps: AgentDeps, input) => proposed(deps, { kind: 'unit_cost', ...input }),
  }),
]
