import { expect, test } from 'bun:test'
import { zipSync } from 'fflate'
import { gzipSync } from 'node:zlib'
import { problemOf, testApi } from '../support/api.ts'
import { testDatabase } from '../support/database.ts'
import { aProduct, aStore } from '../support/factories.ts'
import { countsOf, importsOf } from '../support/imports.ts'

const database = await testDatabase()
const { sql } = database
const api = await testApi(database)
const { token } = await api.someone('owner')
const { send, preview, apply } = importsOf(api, token)
const XLSX = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'
const { slug } = await aStore(sql, { slug: 'files' })
const query = `store=${slug}`

const xml = (text: string) => new TextEncoder().encode(`<?xml version="1.0" encoding="UTF-8"?>${text}`)
/** A workbook as Excel writes it: shared texts, a date by its style, numbers as doubles. */
function workbook(rows: string, { styles = '', shared = '' } = {}) {
  return zipSync({
    '[Content_Types].xml': xml('<Types/>'),
    'xl/workbook.xml': xml('<workbook xmlns:r="r"><sheets><sheet name="Costs" sheetId="3" r:id="rId2"/><sheet name="Other" sheetId="1" r:id="rId1"/></sheets></workbook>'),
    'xl/_rels/workbook.xml.rels': xml('<Relationships><Relationship Id="rId1" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Target="/xl/worksheets/sheet7.xml"/></Relationships>'),
    'xl/worksheets/sheet1.xml': xml('<worksheet><sheetData/></worksheet>'),
    'xl/worksheets/sheet7.xml': xml(`<worksheet><sheetData>${rows}</sheetData></worksheet>`),
    'xl/sharedStrings.xml': xml(`<sst>${shared}</sst>`),
    'xl/styles.xml': xml(`<styleSheet><numFmts><numFmt numFmtId="165" formatCode="dd\\-mm\\-yyyy"/></numFmts><cellXfs><xf numFmtId="0"/><xf numFmtId="165"/>${styles}</cellXfs></styleSheet>`),
  })
} // prettier-ignore

test('a workbook is read as Excel shows it: texts, dates by their style, numbers without the dust of doubles', async () => {
  await aProduct(sql, { id: 1, slug, name: slug, currency: 'EUR', time_zone: 'UTC' }, { name: 'Mug', sku: 'MUG & CO' })
  const shared = '<si><t>SKU</t></si><si><r><t>Inkoop</t></r><r><t>prijs</t></r></si><si><t>Vanaf</t></si><si><t xml:space="preserve">MUG &amp; CO</t></si>' // prettier-ignore
  const rows =
    '<row r="1"><c r="A1" t="s"><v>0</v></c><c r="C1" t="s"><v>1</v></c><c r="D1" t="s"><v>2</v></c></row>' +
    '<row r="4"><c r="A4" t="s"><v>3</v></c><c r="C4"><v>1.2350000000000001</v></c><c r="D4" s="1"><v>46082</v></c></row>' +
    '<row r="5"><c r="A5" t="inlineStr"><is><t>NONE</t></is></c><c r="C5"><v>3</v></c></row>'
  const shown = await preview('unit-costs', workbook(rows, { shared }), `${query}&from=2026-01-01`, XLSX)
  expect(countsOf(shown)).toMatchObject({ added: 1, unknown: 1 })
  expect(shown.issues).toEqual([{ line: 5, result: 'unknown', reason: `the SKU "NONE" of ${slug} is not known` }])
  await apply(shown.id)
  const [cost] = await sql`select valid::text as valid, trim_scale(unit_cost)::text as cost from product_costs`
  expect(cost).toMatchObject({ valid: '[2026-03-01,)', cost: '1.235' })
})

const bomb = gzipSync(Buffer.alloc(600 * 1024 * 1024, 'Day,Campaign name,Amount spent (EUR)\n2026-04-01,A,1\n'))
const SHEETS = {
  'rows that never end': '<row r="1">'.repeat(200_000),
  'cells that never end': `<row r="1">${'<c>'.repeat(200_000)}</row>`,
  'a column beyond all': '<row r="1"><c r="XFD1"><v>1</v></c></row>',
  'an entity that is none': '<row r="1"><c t="inlineStr"><is><t>&#x110000;&lol;</t></is></c></row>',
}
const BAD: Record<string, [content: string | Uint8Array, type: string, status: number]> = {
  'nothing': ['', 'text/csv', 400],
  'NUL bytes': ['\0\0\0\0', 'text/csv', 422],
  'a NUL in a field': ['Day,Campaign name,Amount spent (EUR)\n2026-04-01,A\0,1\n', 'text/csv', 201],
  'half a row': ['Day,Campaign name,Amount spent (EUR)\n2026-04-01,A', 'text/csv', 201],
  'a quote that is never closed': ['Day,"Campaign name,Amount spent (EUR)\n2026-04-01,A,1\n', 'text/csv', 422],
  'Windows-1252': [Buffer.from('Day,Campaign name,Amount spent (EUR)\n2026-04-01,Caf\xE9,1\n', 'latin1'), 'text/csv', 422],
  'UTF-16 that breaks off': [Buffer.from('\uFEFFDay\tCost\tCampaign\n\uD800', 'utf16le'), 'text/csv', 422],
  'half a gzip': [gzipSync('Day,Campaign name,Amount spent (EUR)\n'.repeat(999)).subarray(0, 60), 'application/gzip', 422],
  'a gzip bomb': [bomb, 'application/gzip', 413],
  'a zip that is no workbook': [zipSync({ 'a.txt': xml('x') }), XLSX, 422],
  'half a workbook': [workbook('<row r="1"/>').subarray(0, 300), XLSX, 422],
  'a workbook bomb': [zipSync({ 'xl/workbook.xml': new Uint8Array(150 * 1024 * 1024) }), XLSX, 413],
  'a picture': [Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex'), 'application/octet-stream', 422],
  'JSON': ['{"a":1}', 'application/json', 415],
  'a form without a boundary': ['x', 'multipart/form-data', 400],
  ...Object.fromEntries(Object.entries(SHEETS).map(([name, rows]) => [name, [workbook(rows), XLSX, 422]])),
} // prettier-ignore

for (const [name, [content, type, status]] of Object.entries(BAD))
  test(`a file with ${name} is answered in words: ${status}`, async () => {
    const answer = await send('ad-spend', content, query, type)
    if (status === 201) expect([answer.status, answer.body['added']]).toEqual([201, 0])
    else expect(problemOf(answer, status).detail).not.toMatch(/\/tmp|undefined|\bnull\b/)
  })

test('no kind and no option of a form makes it fail', async () => {
  for (const kind of ['orders', 'unit-costs', 'ad-spend', 'fixed-costs', 'products'])
    for (const [field, value] of [['mapping', '\0'], ['mapping', '[[['], ['store', '\ud800'], ['dates', 'x'], ['from', '2026-02-30'], ['nonsense', 'x'], ['file_name', '../../etc']] as const) {
      const form = new FormData()
      form.set('file', new Blob(['a,b\n1,2\n']), 'x.csv')
      form.set(field, value)
      expect((await send(kind, form, query)).status).toBe(422)
    } // prettier-ignore
})

test('an Idempotency-Key previews a file once, and another file under it is refused', async () => {
  const rows = (amount: number) => `Day,Campaign name,Amount spent (EUR)\n2026-04-01,Key,${amount}\n`
  const post = (body: string) => api.send(`/imports/ad-spend?${query}`, { method: 'POST', token, body, headers: { 'content-type': 'text/csv', 'idempotency-key': 'once' } }) // prettier-ignore
  const answers = await Promise.all([post(rows(1)), post(rows(1))])
  expect(answers.map(({ status }) => status)).toEqual([201, 201])
  expect(new Set(answers.map(({ text }) => text)).size).toBe(1)
  problemOf(await post(rows(2)), 409)
})

test('a file is gone after a week, and says so', async () => {
  const rows = 'Day,Campaign name,Amount spent (EUR)\n2026-04-01,Old,1\n'
  const { id } = await preview('ad-spend', rows, query)
  await sql`update imports set created_at = '2026-04-01' where id = ${id}`
  await preview('ad-spend', rows.replace('Old', 'New'), query)
  const { detail } = problemOf(await api.post(`/imports/${id}/apply`, {}, token), 409)
  expect(detail).toBe('The file of this preview is kept for a week. Send it again.')
})

test('a person who is limited to a store imports into it, and sees nothing of imports elsewhere', async () => {
  const mine = await aStore(sql, { slug: 'mine' })
  const limited = await api.someone('finance')
  await sql`update users set store_ids = ${[mine.id]} where id = ${limited.id}`
  const own = importsOf(api, limited.token)
  const rows = 'Day,Campaign name,Amount spent (EUR)\n2026-04-01,A,1\n'
  const other = await preview('ad-spend', rows, query)
  const both = await preview(
    'ad-spend',
    `date,store,platform,amount\n2026-04-02,${slug},meta,1\n2026-04-02,mine,meta,1\n`,
  )
  for (const { id } of [other, both]) {
    problemOf(await api.get(`/imports/${id}`, limited.token), 404)
    for (const verb of ['apply', 'undo'] as const) problemOf(await own.act(id, verb), 404)
  }
  expect(problemOf(await own.send('ad-spend', rows, query), 422).detail).toBe(`There is no store "${slug}".`)
  const mixed = await own.preview(
    'ad-spend',
    `date,store,platform,amount\n2026-04-02,${slug},meta,1\n2026-04-02,mine,meta,1\n`,
  )
  expect(mixed.issues).toEqual([{ line: 2, result: 'rejected', reason: `store: there is no store "${slug}"` }])
  const { id } = await own.preview('ad-spend', rows, 'store=mine')
  expect(await own.apply(id)).toMatchObject({ status: 'applied', store: 'mine' })
  const listed = (await api.get('/imports', limited.token)).body['data'] as { id: number }[]
  expect(listed.map((one) => one.id)).toEqual([id, mixed.id])
  expect(await own.undo(id)).toMatchObject({ status: 'undone' })
  const shared = await own.preview('fixed-costs', 'name,amount,currency\nRent,100,EUR\n')
  expect(shared.issues.map(({ reason }) => reason)).toEqual(['A cost without a store is shared by all stores, and you are limited to some']) // prettier-ignore
})

test('an import is for those who may write its kind', async () => {
  const marketer = await api.someone('marketer')
  const own = importsOf(api, marketer.token)
  const spend = await own.preview('ad-spend', 'Day,Campaign name,Amount spent (EUR)\n2026-04-01,M,1\n', query)
  const costs = await preview('fixed-costs', 'name,amount,currency\nRent,100,EUR\n', query)
  problemOf(await api.get(`/imports/${costs.id}`, marketer.token), 403)
  problemOf(await own.act(costs.id, 'apply'), 403)
  const listed = (await api.get('/imports', marketer.token)).body['data'] as { kind: string }[]
  expect(new Set(listed.map(({ kind }) => kind))).toEqual(new Set(['ad-spend']))
  expect(await own.apply(spend.id)).toMatchObject({ status: 'applied' })
  const viewer = await api.someone('viewer')
  expect((await api.get('/imports', viewer.token)).body['data']).toEqual([])
})
