import { readFile } from 'node:fs/promises'
import * as v from 'valibot'
import { AppError } from '../../errors.ts'

const Text = v.pipe(v.string(), v.minLength(1))
/** The database keeps four decimals. */
const Percent = v.pipe(
  v.number(),
  v.minValue(0),
  v.maxValue(100),
  v.check((percent) => Number(percent.toFixed(4)) === percent, 'must not have more than four decimals'),
)
/** Offsets such as +01:00 are no names: PostgreSQL reads them with the opposite sign. */
const isTimeZone = (name: string) => {
  if (!/^[A-Za-z]/.test(name)) return false
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== ''
  } catch {
    return false
  }
}

/** Accounts that a line may be booked on besides goods. */
const LineAccount = v.picklist([
  'shipping_income',
  'discounts',
  'tips',
  'shipping_cost',
  'transaction_fees',
  'gift_cards',
  'taxes',
])

const Rule = v.union(
  [
    v.strictObject({ skus: v.pipe(v.array(Text), v.minLength(1)), account: LineAccount }),
    v.strictObject({ sku_prefix: Text, account: LineAccount }),
  ],
  `must be {"skus": […], "account": …} or {"sku_prefix": …, "account": …} with an account of ${LineAccount.options.join(', ')}`,
)
const skusOf = (rules: v.InferOutput<typeof Rule>[]) => rules.flatMap((rule) => ('skus' in rule ? rule.skus : []))

/** How the columns of a file of order lines are booked: see README, "Import of orders". */
const Mapping = v.strictObject({
  format: v.literal('order-lines'),
  file: v.optional(v.string()),
  delimiter: v.optional(v.picklist([',', ';', '\t', '|']), ','),
  decimal: v.optional(v.picklist(['.', ',']), '.'),
  thousands: v.optional(v.picklist([',', '.', ' ', "'"])),
  store: v.strictObject({
    slug: v.pipe(v.string(), v.regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'must be lower-case letters, digits and hyphens')),
    name: Text,
    currency: v.pipe(v.string(), v.regex(/^[A-Z]{3}$/, 'must be an ISO 4217 code such as GBP')),
    time_zone: v.pipe(v.string(), v.check(isTimeZone, 'must be an IANA time zone such as Europe/London')),
  }),
  columns: v.strictObject({
    order: Text,
    sku: Text,
    title: v.optional(Text),
    quantity: Text,
    at: Text,
    unit_price: Text,
    customer: v.optional(Text),
    country: v.optional(Text),
  }),
  credit_note_prefixes: v.optional(v.array(Text), []),
  accounts: v.optional(
    v.pipe(
      v.array(Rule),
      v.check((rules) => new Set(skusOf(rules)).size === skusOf(rules).length, 'names a SKU more than once'),
    ),
    [],
  ),
  product_lines: v.optional(v.strictObject({ sale: v.literal('gross_sales'), credit_note: v.literal('returns') })),
  cost_percent_of_list: v.optional(Percent),
  restock_returns: v.optional(v.boolean(), true),
})
export const OrderLinesMapping = v.pipe(
  Mapping,
  v.forward(
    v.check(({ decimal, thousands }) => decimal !== thousands, 'must differ from the decimal sign'),
    ['thousands'],
  ),
)
export type OrderLinesMapping = v.InferOutput<typeof OrderLinesMapping>

/** A mapping that may leave its store out, for who names it otherwise. */
const StorelessMapping = v.pipe(
  v.strictObject({ ...Mapping.entries, store: v.optional(Mapping.entries.store) }),
  v.forward(
    v.check(({ decimal, thousands }) => decimal !== thousands, 'must differ from the decimal sign'),
    ['thousands'],
  ),
)

/** Reads a mapping from JSON text. @throws AppError `invalid` that says what is wrong, by key */
export const mappingFrom = (text: string) => parsed(StorelessMapping, text, 'The mapping')

/** Reads a mapping file. @throws AppError `invalid` that says what is wrong, by key */
export async function readMapping(path: string): Promise<OrderLinesMapping> {
  const text = await readFile(path, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    throw new AppError('invalid', `The mapping file ${path} cannot be read (${cause.code ?? cause.message}).`, {
      cause,
    })
  })
  return parsed(OrderLinesMapping, text.replace(/^\uFEFF/, ''), `The mapping file ${path}`)
}

function parsed<S extends v.GenericSchema>(schema: S, text: string, subject: string): v.InferOutput<S> {
  let given: unknown
  try {
    given = JSON.parse(text)
  } catch (cause) {
    throw new AppError('invalid', `${subject} is not valid JSON: ${(cause as Error).message}.`, { cause })
  }
  const mapping = v.safeParse(schema, given)
  if (mapping.success) return mapping.output
  const problems = mapping.issues.map((issue) => {
    const key = v.getDotPath(issue) ?? ''
    return issue.expected === 'never' ? `  ${key} is not a known key` : `  ${key || 'the file'}: ${issue.message}`
  })
  throw new AppError('invalid', `${subject} is not right:\n${problems.join('\n')}`)
}
