import { expect, test } from 'bun:test'
import type { Action } from '../../sql/actions.ts'
import { ActionStatus } from '../../sql/actions.ts'
import { EXECUTORS } from '../../src/actions/executors.ts'
import { NEW_VALUES } from '../../src/actions/values.ts'
import { actionMessage } from '../../src/bot/action-message.ts'
import { actionWords, WISH } from '../../src/bot/action-words.ts'
import { wording } from '../../src/wording.ts'

const REFUND: Action = {
  id: 7, kind: 'refund', store: 'nl', target: 'order 1001 of nl', order_id: 1, product_id: null,
  old_value: { refunded: '0.00', left: '60.50', currency: 'EUR' },
  new_value: { order: '1001', amount: '12.10', currency: 'EUR', notify_customer: true },
  reason: 'Kapot', effect: [{ amount: '-10.00', currency: 'EUR', basis: 'this order, tax left out' }],
  amount: '12.10', change_percent: null, status: 'pending', approvals_needed: 2, approvals: [{ email: 'ann@example.com', at: '' }],
  proposed_by: null, agent: 'roos', conversation_id: null, undo_of: null, replaced_by: null, created_at: '',
  expires_at: '2026-04-14T10:00:00Z', decided_at: null, executed_at: null, result: null, error: null,
} // prettier-ignore

test('a proposal is a card in Dutch and in German, down to what its effect counts on', () => {
  expect(actionMessage(REFUND, wording('nl')).replaceAll('\u00a0', ' ').split('\n')).toEqual([
    '<b>terugbetaling</b> · order 1001 van nl · nl · #7',
    'Nu: terugbetaald 0.00, resteert 60.50',
    'order: <b>1001</b>',
    'bedrag: <b>12.10</b>',
    'klant mailen: <b>ja</b>',
    'Waarom: Kapot',
    'Winst: € −10,00 (deze order, zonder btw)',
    'Heeft 2 mensen nodig.',
    'Goedgekeurd door ann@example.com',
    'Geldig tot 2026-04-14 10:00 UTC.',
  ])
  expect(
    actionMessage({ ...REFUND, status: 'executed' }, wording('de'))
      .replaceAll('\u00a0', ' ')
      .split('\n'),
  ).toEqual([
    '<b>Erstattung</b> · Bestellung 1001 von nl · nl · #7',
    'Jetzt: erstattet 0.00, übrig 60.50',
    'Bestellung: <b>1001</b>',
    'Betrag: <b>12.10</b>',
    'Kunden benachrichtigen: <b>ja</b>',
    'Warum: Kapot',
    'Gewinn: −10,00 € (diese Bestellung, ohne Steuern)',
    'Braucht 2 Personen.',
    'Genehmigt von ann@example.com',
    '<b>Erledigt.</b>',
  ])
})

test('every kind, status and part of a value has its word in each language', () => {
  for (const language of ['nl', 'de'] as const) {
    const [theirs, english] = [actionWords(language), actionWords('en')]
    const kinds = Object.keys(EXECUTORS)
    expect(new Set(kinds.map(theirs.kind)).size).toBe(kinds.length)
    for (const status of ActionStatus.options) expect(theirs.status(status)).not.toBe(english.status(status))
    const parts = new Set(Object.values(NEW_VALUES).flatMap(({ entries }) => Object.keys(entries)))
    // For our own use: never shown.
    for (const hidden of ['shop', 'costs']) parts.delete(hidden)
    expect([...parts].filter((part) => part.includes('_') && theirs.part(part) === english.part(part))).toEqual([])
  }
})

test('a reply to the question how is about its action, in whatever language it was asked', () => {
  for (const language of ['en', 'nl', 'de'] as const) {
    const asked = actionWords(language).word('how', { id: '42' })
    expect([language, WISH.exec(asked)?.slice(1).find(Boolean)]).toEqual([language, '42'])
  }
  expect(WISH.test('Action #42 is done: fine')).toBe(false)
})
