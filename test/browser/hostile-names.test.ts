import { expect } from 'bun:test'
import { lookThrough, open, overflowOf, PHONE, screenshot, startBrowser } from '../support/browser.ts'

const { test, sql, visitAs } = await startBrowser({ from: '2026-06-20' })
/** 190 characters with markup, without a place to break the line. */
const NAME = `<img/src=x/onerror=window.ran=1><script>window.ran=1</script>${'Donaudampfschifffahrt'.repeat(6)}`.slice(
  0,
  190,
)
const PAGES = ['/', '/pnl?line=revenue', '/products', '/orders', '/chat', '/chat?conversation=1', '/chat/approvals', '/chat/memory', '/chat/tasks', '/chat/knowledge', '/settings', '/settings/people', '/settings/integrations', '/settings/data', '/settings/tokens', '/settings/telegram', '/settings/usage', '/settings/audit-log'] // prettier-ignore

test('names that are long, hold markup and cannot be broken are text on every page, and push nothing aside', async () => {
  await sql`update stores set name = ${NAME} where slug = 'nl'`
  await sql`update workspace set name = ${NAME}`
  await sql`update products set name = left(${NAME.repeat(2)}, 300)`
  const [user] = await sql<{ id: number }[]>`select id from users`
  const user_id = user!.id
  await sql`insert into users (email, role) values (${`${'a'.repeat(60)}@${'b'.repeat(60)}.example.com`}, 'viewer')`
  await sql`insert into memories (content, scope, kind, status, owner_id, created_at, updated_at) values (${NAME}, 'person', 'rule', 'active', ${user_id}, now(), now())`
  await sql`insert into conversations (agent, user_id, channel) values ('alfred', ${user_id}, 'api')`
  await sql`insert into messages (conversation_id, role, content) values (1, 'user', ${JSON.stringify([{ type: 'text', text: NAME }])}::text::json), (1, 'assistant', ${JSON.stringify([{ type: 'text', text: `${NAME} €1,234.50` }])}::text::json)`
  await sql`insert into sources (kind, title, format, content_hash) values ('document', ${NAME}, 'text', sha256('x'))`
  await sql`insert into audit_log (at, action, subject, email, old_value, new_value) values (now(), 'test.done', ${NAME}, ${NAME}, ${sql.json({ name: NAME })}, ${sql.json({ name: `${NAME}2` })})`
  const { page, errors } = await visitAs(undefined, PHONE)
  for (const path of PAGES) {
    await open(page, path)
    await lookThrough(page)
    expect([path, await overflowOf(page), await page.evaluate('window.ran ?? 0')]).toEqual([path, 0, 0])
  }
  await open(page, '/chat?conversation=1')
  await screenshot(page, 'chat-hostile-phone-light')
  await open(page, '/settings/audit-log')
  await screenshot(page, 'settings-audit-log-hostile-phone-light')
  expect(errors).toEqual([])
})
