import { expect, test } from 'bun:test'
import { createFormat, numberStyles } from '../../dashboard/lib/format.ts'

/** Spaces that do not break, as plain ones. */
const plain = (text: string) => text.replaceAll(/[\u00a0\u202f]/g, ' ')
const written = (write: (format: ReturnType<typeof createFormat>) => string) =>
  numberStyles.map((style) => plain(write(createFormat(style))))

test('amounts are written as English, Dutch and German write them, with the decimals of the currency', () => {
  expect(written(({ money }) => money(1_234_567.5, 'EUR'))).toEqual([
    '€1,234,567.50',
    '€ 1.234.567,50',
    '1.234.567,50 €',
  ])
  expect(written(({ money }) => money(-0.05, 'GBP'))).toEqual(['−£0.05', '£ −0,05', '−0,05 £'])
  expect(written(({ money }) => money(1600, 'JPY'))).toEqual(['JP¥1,600', 'JP¥ 1.600', '1.600 ¥'])
  expect(written(({ money }) => money(1.5, 'KWD'))).toEqual(['KWD 1.500', 'KWD 1,500', '1,500 KWD'])
})

test('the parts of an amount are the amount, in all styles and currencies', () => {
  for (const style of numberStyles)
    for (const currency of ['EUR', 'USD', 'JPY', 'KWD'])
      for (const value of [0, 0.05, -1234.5, 98_765_432.1]) {
        const format = createFormat(style)
        const { before, minor, after } = format.moneyParts(value, currency)
        expect(before + minor + after).toBe(format.money(value, currency))
      }
})

test('percents, multiples and counts have the decimal sign of the style, and what is missing is a dash', () => {
  expect(written(({ percent }) => percent(12.34))).toEqual(['12.3%', '12,3%', '12,3 %'])
  expect(written(({ rate }) => rate(0.125))).toEqual(['12.5%', '12,5%', '12,5 %'])
  expect(written(({ multiple }) => multiple(1234.5))).toEqual(['1,234.50', '1.234,50', '1.234,50'])
  expect(written(({ count }) => count(50_000))).toEqual(['50,000', '50.000', '50.000'])
  expect(written(({ money }) => money(null, 'EUR'))).toEqual(['–', '–', '–'])
})
