import { describe, expect, test } from 'bun:test'
import { evidenceOf } from '../../src/agents/evidence.ts'
import { languageIn, provenText, rewriteRequest, sentenceGate } from '../../src/agents/proven-text.ts'
import { unprovenIn } from '../../src/agents/firewall.ts'
import { sentencesOf } from '../../src/agents/sentences.ts'

const NOW = new Date('2026-04-13T10:00:00Z')
const figures = {
  start: '2026-04-01',
  end: '2026-04-13',
  days: 13,
  currency: 'EUR',
  revenue: '15820.40',
  net_profit: '5474.89',
  orders: 28,
}
const evidence = evidenceOf({ results: [{ figures }], question: 'How are we doing?', today: '2026-04-13', now: NOW })

describe('sentences', () => {
  test('joined are the text again, and cut no figure, date or abbreviation in two', () => {
    const text =
      'Profit was 5.474,89 euro, ca. 5.500. Vom 1. bis 13. April lief es gut! Really?  Yes…\n\n1. First\n2. Second, approx. 12 %.\n- Last.'
    const sentences = sentencesOf(text)
    expect(sentences.join('')).toBe(text)
    expect(sentences.map((sentence) => sentence.trim())).toEqual([
      'Profit was 5.474,89 euro, ca. 5.500.',
      'Vom 1. bis 13. April lief es gut!',
      'Really?',
      'Yes…',
      '1. First',
      '2. Second, approx. 12 %.',
      '- Last.',
    ])
  })
})

describe('an answer', () => {
  test('that is proven stays as it is', () => {
    const text = 'Net profit was €5,474.89.\n\n1. Revenue: 15,820.40\n2. Orders: 28'
    expect(provenText(text, evidence)).toBe(text)
  })

  test('loses each sentence with an unproven figure, and says so in its language', () => {
    expect(provenText('Net profit was 5,474.89. Revenue was 99,000. All is well.', evidence)).toBe(
      'Net profit was 5,474.89. All is well.\n\nI left out what I could not prove with figures from your data.',
    )
    expect(provenText('De winst was 5.474,89. De omzet was 99.000 euro.', evidence)).toBe(
      'De winst was 5.474,89.\n\nIk heb weggelaten wat ik niet met cijfers uit je gegevens kon bewijzen.',
    )
    expect(provenText('Der Umsatz lag bei 99.000 Euro.', evidence)).toBe(
      'Ich habe weggelassen, was ich nicht mit Zahlen aus euren Daten belegen konnte.',
    )
  })

  test('loses a sentence that leaned on one that was left out', () => {
    const leaning = 'Revenue in 1999 was 15,820.40. That is 565.01 per order.'
    expect(unprovenIn(leaning, evidence)).toHaveLength(1)
    expect(provenText(leaning, evidence)).toBe('I left out what I could not prove with figures from your data.')
  })

  test('knows its language', () => {
    expect(languageIn('What did we earn this month?')).toBe('en')
    expect(languageIn('Wat hebben we deze maand verdiend?')).toBe('nl')
    expect(languageIn('Was haben wir diesen Monat verdient?')).toBe('de')
    expect(languageIn('📈')).toBe('en')
  })

  test('is asked for again with the figures named', () => {
    const request = rewriteRequest(unprovenIn('Revenue was 99,000 with 50 orders. Fine.', evidence))
    expect(request).toContain('- 99,000, 50 in: Revenue was 99,000 with 50 orders.')
  })
})

describe('the gate', () => {
  const shown = (text: string, length: number) => {
    const out: string[] = []
    const gate = sentenceGate({ evidence: () => evidence, onText: (piece) => out.push(piece) })
    for (let at = 0; at < text.length; at += length) gate.push(text.slice(at, at + length))
    gate.end()
    return out
  }

  test('lets out whole proven sentences however the text comes in, and none with an unproven figure', () => {
    const text = 'Net profit was 5,474.89. Revenue was 99,000. It had 28 orders.\nDone'
    for (const length of [1, 2, 3, 7, 1_000])
      expect(shown(text, length)).toEqual(['Net profit was 5,474.89. ', 'It had 28 orders.\n', 'Done'])
  })

  test('waits for the end of a figure', () => {
    const out: string[] = []
    const gate = sentenceGate({ evidence: () => evidence, onText: (piece) => out.push(piece) })
    for (const piece of ['Net profit was 5,474.', '89', '. ']) gate.push(piece)
    expect(out).toEqual([])
    gate.push('So')
    expect(out).toEqual(['Net profit was 5,474.89. '])
  })
})
