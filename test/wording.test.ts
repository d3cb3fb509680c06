import { describe, expect, test } from 'bun:test'
import { languageOf, wording } from '../src/wording.ts'

describe('wording', () => {
  test('takes the language from a code, and English for one that we do not speak', () => {
    expect(['nl-BE', 'de', 'en_US', 'pt-br', undefined, ''].map((code) => languageOf(code))).toEqual(['nl', 'de', 'en', 'en', 'en', 'en']) // prettier-ignore
  })

  test('amounts keep every digit, the decimals of their currency and the style of the language', () => {
    const [en, nl, de] = [wording('en'), wording('nl'), wording('de')]
    expect(en.amount('-9007199254740993.01', 'EUR')).toBe('−9,007,199,254,740,993.01')
    expect(nl.amount('15820.4', 'EUR')).toBe('15.820,40')
    expect(en.amount('1500', 'JPY')).toBe('1,500')
    expect(en.amount('1.5', 'KWD')).toBe('1.500')
    expect(en.money('15820.4', 'EUR')).toBe('€15,820.40')
    expect(nl.money('-15820.4', 'EUR')).toBe('€\u00a0−15.820,40')
    expect(de.money('15820.4', 'EUR')).toBe('15.820,40\u00a0€')
  })

  test('a missing ratio is a dash', () => {
    expect([wording('en').percent(null), wording('de').multiple(null), wording('nl').percent('34.6')]).toEqual(['–', '–', '34,6 %']) // prettier-ignore
  })
})
