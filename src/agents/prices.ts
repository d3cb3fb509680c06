import * as v from 'valibot'

const Rate = v.pipe(
  v.number(),
  v.minValue(0, 'must not be negative'),
  v.maxValue(10_000, 'is more than any model costs'),
)

/** US dollars per million tokens, which is micro-dollars per token. Without rates for the cache: a tenth to read it, five quarters to write it. */
export const Price = v.pipe(
  v.strictObject({ input: Rate, output: Rate, cache_read: v.optional(Rate), cache_write: v.optional(Rate) }),
  v.transform(({ input, output, cache_read = input / 10, cache_write = input * 1.25 }) => ({
    input,
    output,
    cache_read,
    cache_write,
  })),
)
export type Price = v.InferOutput<typeof Price>
export type Prices = Record<string, Price>

const price = (input: number, output: number) => v.parse(Price, { input, output })

/** The vendor's list of November 2026; `MODEL_PRICES` adds to it and goes before it. */
export const PRICES: Prices = {
  'claude-opus-5-5': price(4, 20),
  'claude-sonnet-5-5': price(2, 10),
  'claude-haiku-5-5': price(0.1, 0.5),
  'claude-fable-5-1': price(10, 50),
}
