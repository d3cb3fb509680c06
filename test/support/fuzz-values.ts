import * as fc from 'fast-check'
import type { JsonSchema } from '../../src/api/json-schema.ts'

/** Text that has broken services before. */
export const HOSTILE_TEXT = fc.oneof(
  fc.constantFrom('\0', 'a\0b', '\ud800', '\udfff\ud800', '', ' ', '%', '%00', '%E0%A4%A', ',', 'nl,uk', '../..', '*', `'; drop table users; --`, '"', '\\', '\u202E', '\uFEFF', '{}', '[]', 'null', 'NaN', 'Infinity', '-0', '1e9', '1e400', '0x10', '٣', '2026-02-30', '2026-13-01', '0000-00-00', '9999-12-31', '20260401', 'infinity', '=1+1', '__proto__', 'constructor', '$1', '${x}', '%s%n', '🦔'), // prettier-ignore
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.string({ unit: 'grapheme', maxLength: 40 }),
  fc.constantFrom(300, 5_000, 70_000).map((length) => 'x'.repeat(length)),
)
const HOSTILE_NUMBER = fc.constantFrom(-1, 0, -0, 0.1, 1e-7, 1.005, 1e9, 2 ** 31, 2 ** 53, 2 ** 63, 1e21, 1e308, -1e308, 5e-324, 999_999_999_999, 0.000_000_1) // prettier-ignore
const HOSTILE_VALUE: fc.Arbitrary<unknown> = fc.oneof(
  HOSTILE_TEXT,
  HOSTILE_NUMBER,
  fc.constantFrom(null, true, false, [], {}, [null], [[]], [{}], { a: { b: [1] } }, { toString: 'x' }, { toJSON: 1 }), // prettier-ignore
  fc.array(HOSTILE_TEXT, { maxLength: 3 }),
  fc.integer({ min: 1, max: 60 }).map((depth) => nested(depth)),
)
const nested = (depth: number): unknown => (depth === 0 ? 'x' : depth % 2 ? [nested(depth - 1)] : { a: nested(depth - 1) }) // prettier-ignore

/** Mostly in order within a range. */
const dayNear = (day: string) => fc.oneof({ weight: 3, arbitrary: fc.constant(day) }, { weight: 1, arbitrary: DAYS })
const DAYS = fc.constantFrom('2026-04-01', '2026-04-02', '2026-04-13', '2026-03-31', '2026-02-28', '2024-02-29', '2020-01-01', '2027-01-01', '2099-12-31') // prettier-ignore
const IDS = fc.integer({ min: 1, max: 6 })
const AMOUNTS = fc.constantFrom(12.5, 0, 2_400, 0.1, '12.50', '99999999999.99', 1e-7, 1.005, -12.5, 9_999_999_999)
/** What exists in the workspace, so that requests get past the checks of their form. */
const KNOWN: Record<string, fc.Arbitrary<unknown>> = {
  id: IDS,
  product_id: IDS,
  variant_id: IDS,
  conversation_id: IDS,
  store: fc.constantFrom('nl', 'nl', 'nl', 'uk', 'jp', 'none'),
  jsonrpc: fc.constant('2.0'),
  method: fc.constantFrom('tools/call', 'tools/call', 'tools/list', 'initialize', 'ping'),
  params: fc.record({
    name: fc.constantFrom('get_pnl', 'find_products'),
    arguments: fc.oneof(
      fc.constantFrom({ period: 'today' }, { from: '2026-04-01', to: '2026-04-13', store: 'nl' }, { words: 'oak' }),
      fc.dictionary(fc.constantFrom('from', 'to', 'store', 'words', 'period'), HOSTILE_VALUE),
    ),
  }),
  slug: fc.constantFrom('nl', 'uk', 'jp', 'new-one', 'none'),
  currency: fc.constantFrom('EUR', 'GBP', 'JPY', 'BHD', 'XXX'),
  cost_currency: fc.constantFrom('EUR', 'GBP', 'JPY', 'XXX'),
  time_zone: fc.constantFrom('Europe/Amsterdam', 'Asia/Tokyo', 'Mars/Base', 'posixrules'),
  sku: fc.constantFrom('OAK-1', 'OAK-2', 'NEW'),
  email: fc.constantFrom('owner-1@example.com', 'new@example.com', 'A@EXAMPLE.com'),
  password: fc.constantFrom('correct horse battery', 'wrong'),
  month: fc.constantFrom('2026-03', '2026-02', '2026-13', '2030-01'),
  code: fc.constantFrom('ABCD2345', 'ZZZZ9999'),
  cursor: fc.constantFrom('MQ', 'OTk5', 'MTIzNDU2Nzg5MDEyMzQ1'),
  expires_at: fc.constantFrom('2026-12-31T23:00:00Z', '2020-01-01T00:00:00Z', '2026-02-30T00:00:00Z', '+275760-09-13T00:00:00Z'), // prettier-ignore
  ...Object.fromEntries(['end', 'to', 'ends_on', 'from_end', 'to_end'].map((name) => [name, dayNear('2026-04-13')])),
  ...Object.fromEntries(
    ['amount', 'unit_cost', 'cost_price', 'list_price', 'claimed', 'revenue', 'cogs', 'ad_spend', 'shipping_cost'].map((name) => [name, AMOUNTS]), // prettier-ignore
  ),
  ...Object.fromEntries(
    ['date', 'from', 'at', 'starts_on', 'rebook_from', 'start', 'from_start', 'to_start'].map((name) => [name, dayNear('2026-04-01')]), // prettier-ignore
  ),
}

/** A value that fits the schema most of the time: what the workspace knows under its name, what the schema says, or something hostile. */
export function valueOf(schema: JsonSchema, name = '', hostile = 1): fc.Arbitrary<unknown> {
  const known = KNOWN[name]
  return fc.oneof(
    { weight: known ? 3 : 30, arbitrary: fitting(schema, hostile) },
    ...(known ? [{ weight: 40, arbitrary: known }] : []),
    ...(hostile ? [{ weight: hostile, arbitrary: HOSTILE_VALUE }] : []),
  )
}

function fitting(schema: JsonSchema, hostile: number): fc.Arbitrary<unknown> {
  if (schema.enum) return fc.constantFrom(...schema.enum)
  if ('const' in schema) return fc.constant(schema.const)
  const several = schema.anyOf ?? schema.oneOf
  if (several) return fc.oneof(...several.map((one) => valueOf(one, '', hostile)))
  if (schema['$ref']) return HOSTILE_VALUE
  const types = [schema.type ?? 'string'].flat()
  return fc.oneof(...types.map((type) => ofType(type, schema, hostile)))
}

function ofType(type: string, schema: JsonSchema, hostile: number): fc.Arbitrary<unknown> {
  const limit = (keyword: string, otherwise: number) => Number(schema[keyword] ?? otherwise)
  switch (type) {
    case 'object':
      return objectOf(schema, hostile)
    case 'array':
      return fc.array(valueOf(schema.items ?? {}, '', hostile), { maxLength: 4 })
    case 'integer':
      return fc.integer({ min: limit('minimum', -5), max: Math.min(limit('maximum', 1_000), 2 ** 31 - 1) })
    case 'number':
      return fc.oneof(
        fc.integer({ min: -50_000, max: 9_000_000 }).map((cents) => cents / 100),
        HOSTILE_NUMBER,
      )
    case 'boolean':
      return fc.boolean()
    case 'null':
      return fc.constant(null)
    default:
      return textOf(schema)
  }
}

function textOf({ pattern, format, ...schema }: JsonSchema): fc.Arbitrary<string> {
  if (format === 'date-time') return fc.constantFrom('2026-12-31T23:00:00Z', '2026-02-30T00:00:00Z')
  if (pattern) return fc.stringMatching(new RegExp(pattern))
  const minLength = Number(schema['minLength'] ?? 0)
  return fc.string({
    minLength,
    maxLength: Math.min(Number(schema['maxLength'] ?? 40), minLength + 40),
    unit: 'grapheme',
  })
}

function objectOf({ properties = {}, required = [] }: JsonSchema, hostile: number): fc.Arbitrary<unknown> {
  const fields = fc.record(
    Object.fromEntries(Object.entries(properties).map(([name, schema]) => [name, valueOf(schema, name, hostile)])),
    { requiredKeys: [] },
  )
  const needed = fc.record(
    Object.fromEntries(required.map((name) => [name, valueOf(properties[name] ?? {}, name, hostile)])),
  )
  const whole = fc.tuple(fields, needed).map(([some, all]) => Object.assign({}, some, all))
  return fc.oneof(
    { weight: 30, arbitrary: whole },
    { weight: hostile, arbitrary: fields },
    {
      weight: hostile,
      arbitrary: fc
        .tuple(whole, fc.constantFrom('extra', '__proto__', 'a\0', 'id', 'store_id', ''), HOSTILE_VALUE)
        .map(([object, name, value]) => Object.defineProperty({ ...object }, name, { value, enumerable: true })),
    },
  )
}
