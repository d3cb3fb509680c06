import * as fc from 'fast-check'
import { minorDigits } from '../../src/money.ts'
import type { NewAdSpend, NewFeeRule, NewLine, NewShippingRule } from '../support/factories.ts'
import type { Facts, Order, Rate, Refund, UnitCost } from './expected-rollups.ts'

/** From a Thursday over a weekend into the next month. */
export const DAYS = ['2026-03-26', '2026-03-27', '2026-03-28', '2026-03-30', '2026-03-31', '2026-04-01']

/** None on the weekend. At 1.2 and 1.04 dollars for a euro many amounts come to half a cent exactly. */
export const RATES: Rate[] = [
  { currency: 'USD', day: '2026-03-26', units_per_euro: '1.2' },
  { currency: 'USD', day: '2026-03-27', units_per_euro: '1.04' },
  { currency: 'USD', day: '2026-03-30', units_per_euro: '1.0848' },
  { currency: 'USD', day: '2026-04-01', units_per_euro: '1.12' },
  { currency: 'JPY', day: '2026-03-26', units_per_euro: '162.35' },
  { currency: 'JPY', day: '2026-03-31', units_per_euro: '160' },
  { currency: 'KWD', day: '2026-03-26', units_per_euro: '0.3625' },
  { currency: 'KWD', day: '2026-03-30', units_per_euro: '0.36' },
]

/** A step names orders, lines and refunds by numbers that are taken modulo what there is. */
export type Step = { twice: boolean } & (
  | { kind: 'sale'; order: Order }
  | { kind: 'edit'; order: number; line: number; change: Pick<NewLine, 'quantity' | 'price_minor' | 'discount_minor'> }
  | { kind: 'remove'; order: number; line: number }
  | { kind: 'restate'; order: number; change: Partial<Order> }
  | { kind: 'refund'; order: number; refund: Refund }
  | { kind: 'import again'; order: number }
  | { kind: 'unit cost'; cost: UnitCost }
  | { kind: 'ads'; spend: NewAdSpend }
  | { kind: 'cost tier'; tier: Facts['cost_tiers'][number] }
  | { kind: 'fee rule'; rule: NewFeeRule }
  | { kind: 'shipping rule'; rule: NewShippingRule }
  | {
      kind: 'override'
      order: number
      line: number
      shipping: number | null
      fee: number | null
      unit_cost: string | null
    }
)
export type History = { facts: Facts; steps: Step[] }

const CURRENCIES = ['EUR', 'USD', 'JPY', 'KWD']
const GATEWAYS = ['card', 'klarna', '']
const COUNTRIES = ['NL', 'DE', '']
const PRODUCTS = 2

const day = fc.constantFrom(...DAYS)
const currency = fc.constantFrom(...CURRENCIES)
const product = fc.nat(PRODUCTS - 1)
const minor = fc.oneof({ weight: 9, arbitrary: fc.nat(20_000) }, { weight: 1, arbitrary: fc.nat(900_000_000) })
const price = fc.oneof({ weight: 8, arbitrary: minor }, { weight: 1, arbitrary: fc.constant(0) })
const small = fc.nat(2_000)
const maybeNone = fc.oneof(fc.constant(0), small)
const sometimes = <T>(value: fc.Arbitrary<T>) =>
  fc.oneof({ weight: 2, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: value })
const decimal = (digits: number, max: number) => fc.nat(max).map((units) => (units / 10 ** digits).toFixed(digits))
const unitCost = fc.oneof(decimal(2, 5_000), decimal(3, 9_999), decimal(6, 5_000_000))

const ofGoods = { line_no: fc.constant(0), product_id: fc.option(product, { freq: 8 }), price_minor: price }
const pieces = fc.integer({ min: 1, max: 7 })
const line: fc.Arbitrary<NewLine> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      ...ofGoods,
      account: fc.constant('gross_sales'),
      quantity: pieces,
      discount_minor: maybeNone,
      restocked: fc.constant(true),
    }),
  },
  fc.record({
    ...ofGoods,
    account: fc.constant('returns'),
    quantity: pieces.map((pieces) => -pieces),
    discount_minor: maybeNone,
    restocked: fc.boolean(),
  }),
  fc.record({
    line_no: fc.constant(0),
    product_id: fc.constant(null),
    account: fc.constantFrom<string>(
      'discounts',
      'shipping_income',
      'tips',
      'shipping_cost',
      'transaction_fees',
      'gift_cards',
      'taxes',
    ),
    quantity: fc.constantFrom(1, -1),
    price_minor: small,
    discount_minor: fc.constant(0),
    restocked: fc.constant(true),
  }),
)

const order: fc.Arbitrary<Order> = fc.record({
  external_id: fc.constant(''),
  kind: fc.constantFrom('sale', 'sale', 'sale', 'sale', 'credit_note'),
  status: fc.constantFrom(...Array.from({ length: 8 }, () => 'placed' as const), 'voided', 'test'),
  day,
  country: fc.option(fc.constantFrom('NL', 'DE', 'FR'), { freq: 4 }),
  gateway: fc.option(fc.constantFrom('card', 'klarna', 'cash'), { freq: 4 }),
  shipping_income_minor: maybeNone,
  tips_minor: maybeNone,
  taxes_minor: small,
  shipping_cost_minor: sometimes(small),
  transaction_fee_minor: sometimes(fc.integer({ min: -500, max: 500 })),
  shipping_cost_override_minor: fc.constant(null),
  transaction_fee_override_minor: fc.constant(null),
  lines: fc
    .array(line, { maxLength: 4, size: 'max' })
    .map((lines) => lines.map((line, at) => Object.assign({}, line, { line_no: at + 1 }))),
  refunds: fc.constant([]),
})

const refund: fc.Arbitrary<Refund> = fc.record({
  external_id: fc.constantFrom('a', 'b', 'c'),
  day,
  shipping_refund_minor: maybeNone,
  taxes_minor: maybeNone,
  lines: fc.uniqueArray(
    fc.record({
      line_no: fc.integer({ min: 1, max: 4 }),
      quantity: fc.nat(3),
      amount_minor: small,
      restocked: fc.boolean(),
    }),
    { maxLength: 3, selector: (line) => line.line_no },
  ),
})

const noDay = { weight: 1, arbitrary: fc.constant(null) }
/** A range of days, open where it says null. */
const span = fc
  .tuple(fc.oneof({ weight: 2, arbitrary: day }, noDay), fc.oneof({ weight: 2, arbitrary: day }, noDay))
  .map(([one, other]) =>
    one !== null && other !== null && one > other ? { from: other, to: one } : { from: one, to: other },
  )
const cost: fc.Arbitrary<UnitCost> = fc
  .tuple(span, fc.record({ product, unit_cost: unitCost, cost_currency: fc.constantFrom('EUR', 'EUR', ...CURRENCIES) }))
  .map(([span, cost]) => Object.assign({}, span, cost))

const spend: fc.Arbitrary<NewAdSpend> = fc.record({
  day,
  platform: fc.constantFrom('meta', 'google'),
  account: fc.constant(''),
  campaign: fc.constantFrom('', 'spring'),
  product_id: sometimes(product),
  amount_minor: fc.oneof(small, fc.constant(0)),
  claimed_minor: small,
  currency,
})

const feeRule = (gateway: string) =>
  fc.record({ gateway: fc.constant(gateway), percent: decimal(4, 100_000), fixed_minor: fc.nat(50) })
const shippingRule = (country: string) =>
  fc.record({
    country: fc.constant(country),
    min_units: fc.constantFrom(0, 0, 2, 5),
    min_grams: fc.constantFrom(0, 0, 500, 2_000),
    order_minor: small,
    per_unit_minor: fc.nat(100),
  })
const withDays = <R extends object>(rule: fc.Arbitrary<R>) =>
  fc
    .tuple(rule, span)
    .map(([rule, span]): R & { from: string | null; to: string | null } => Object.assign({}, rule, span))

const any = fc.nat(9)
const step = <K extends string, F>(kind: K, fields: { [Name in keyof F]: fc.Arbitrary<F[Name]> }) =>
  fc.record({ kind: fc.constant(kind), twice: fc.boolean(), ...fields }) as unknown as fc.Arbitrary<
    { kind: K; twice: boolean } & F
  >
const sale = step('sale', { order })
const steps = fc.oneof<fc.WeightedArbitrary<Step>[]>(
  { weight: 1, arbitrary: sale },
  {
    weight: 1,
    arbitrary: step('edit', {
      order: any,
      line: any,
      change: fc.record({ quantity: pieces, price_minor: minor, discount_minor: small }),
    }),
  },
  { weight: 1, arbitrary: step('remove', { order: any, line: any }) },
  {
    weight: 1,
    arbitrary: step('restate', {
      order: any,
      change: fc
        .tuple(
          order,
          fc.constantFrom('status', 'gateway', 'country', 'shipping_cost_minor', 'transaction_fee_minor', 'day'),
        )
        .map(([order, name]) => ({ [name]: order[name as keyof Order] })),
    }),
  },
  { weight: 3, arbitrary: step('refund', { order: any, refund }) },
  { weight: 1, arbitrary: step('import again', { order: any }) },
  { weight: 2, arbitrary: step('unit cost', { cost }) },
  { weight: 1, arbitrary: step('ads', { spend }) },
  {
    weight: 1,
    arbitrary: step('cost tier', {
      tier: fc
        .tuple(
          cost,
          fc.constantFrom(
            { country: '', min_quantity: 3 },
            { country: 'DE', min_quantity: 1 },
            { country: 'DE', min_quantity: 4 },
          ),
        )
        .map(([cost, of]) => Object.assign({}, cost, of)),
    }),
  },
  { weight: 1, arbitrary: step('fee rule', { rule: withDays(fc.constantFrom(...GATEWAYS).chain(feeRule)) }) },
  {
    weight: 2,
    arbitrary: step('shipping rule', { rule: withDays(fc.constantFrom(...COUNTRIES).chain(shippingRule)) }),
  },
  {
    weight: 1,
    arbitrary: step('override', {
      order: any,
      line: any,
      shipping: sometimes(small),
      fee: sometimes(fc.integer({ min: -500, max: 500 })),
      unit_cost: sometimes(unitCost),
    }),
  },
)

type Span = { from?: string; to?: string }
/** Rules for some of the names: one rule for always, or two that take turns in the middle of the days. */
const rulesFor = <R extends object>(
  names: string[],
  rule: (name: string) => fc.Arbitrary<R>,
): fc.Arbitrary<(R & Span)[]> =>
  fc
    .subarray(names)
    .chain((chosen) => fc.tuple(...chosen.map((name) => fc.array(rule(name), { minLength: 1, maxLength: 2 }))))
    .map((found) =>
      found.flatMap(([one, other]): (R & Span)[] => {
        if (one === undefined || other === undefined) return one ? [one] : []
        return [Object.assign({}, one, { to: '2026-03-28' }), Object.assign({}, other, { from: '2026-03-29' })]
      }),
    )

const facts: fc.Arbitrary<Facts> = currency.chain((currency) =>
  fc.record({
    currency: fc.constant(currency),
    digits: fc.constant(minorDigits(currency)),
    default_cost_percent: fc.option(fc.oneof(decimal(4, 1_000_000), decimal(0, 100)), { freq: 2 }),
    fee_rules: rulesFor(GATEWAYS, feeRule),
    shipping_rules: rulesFor(COUNTRIES, (country) => shippingRule(country).map((rule) => Object.assign(rule, { min_units: 0, min_grams: 0 }))), // prettier-ignore
    grams: fc.tuple(...Array.from({ length: 4 }, () => fc.constantFrom(null, 0, 120, 400, 900))),
    unit_costs: fc.constant([]),
    cost_tiers: fc.constant([]),
    orders: fc.constant([]),
    ad_spend: fc.constant([]),
  }),
)

/** What may happen to one store: its rules, then sales, edits, refunds, imports, unit costs, rules, overrides and ad spend in any order. */
export const history: fc.Arbitrary<History> = fc.record({
  facts,
  steps: fc
    .tuple(sale, fc.array(steps, { maxLength: 14, size: 'max' }))
    .map(([first, rest]): Step[] => rest.toSpliced(0, 0, first)),
})
