import { expect, test } from 'bun:test'
import { join } from 'node:path'
import type { Document } from '../../src/api/openapi.ts'
import { testApi } from '../support/api.ts'
import { contractOf } from '../support/contract.ts'
import { testDatabase } from '../support/database.ts'

const api = await testApi(await testDatabase())
const { headers, status, text: html } = await api.get('/docs')
const { operations } = contractOf((await api.get('/openapi.json')).body as unknown as Document)

test('every route stands on the page, with its address, its parameters and a request to copy', () => {
  expect([status, headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8'])
  for (const { operation } of operations) {
    const article = html.split(`<article id="${operation.operationId}">`)[1]?.split('</article>')[0] ?? ''
    expect([operation.operationId, article.includes('curl ')]).toEqual([operation.operationId, true])
    for (const { name } of operation.parameters ?? []) expect(article).toContain(`<code>${name}</code>`)
    expect(html).toContain(`<a href="#${operation.operationId}"`)
  }
})

test('every link within the page leads somewhere, and no id stands twice', () => {
  const ids = [...html.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id!)
  expect(new Set(ids).size).toBe(ids.length)
  for (const [, id] of html.matchAll(/href="#([^"]+)"/g)) expect(ids).toContain(id!)
})

test('the page needs nothing from elsewhere, and its policy allows nothing but its own style', () => {
  const style = /<style>([\s\S]*?)<\/style>/.exec(html)?.[1] ?? ''
  const hash = new Bun.CryptoHasher('sha256').update(style).digest('base64')
  expect(headers.get('content-security-policy')).toStartWith(`default-src 'none'; style-src 'sha256-${hash}';`)
  expect(html).not.toMatch(/<script|<link(?! rel="icon")|<img|<iframe|@import|url\(| style=| on\w+="/)
})

test('the tour on the page is the script', async () => {
  const script = await Bun.file(join(import.meta.dir, '../../docs/first-report.sh')).text()
  const text = html.replace(/<[^>]+>/g, '').replace(/&#(\d+);/g, (_, code) => String.fromCharCode(Number(code)))
  const lines = script.split('\n').filter((line) => line !== '' && line !== 'set -eu' && !line.startsWith('#'))
  expect(lines.length).toBeGreaterThan(9)
  for (const line of lines) expect(text).toContain(line)
})
