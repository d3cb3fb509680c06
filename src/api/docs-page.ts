import { Elysia } from 'elysia'
import type { JsonSchema } from './json-schema.ts'
import type { Document, Operation, Parameter } from './openapi.ts'

const STYLE = new URL('docs-page.css', import.meta.url)
const TOUR = new URL('../../docs/first-report.sh', import.meta.url)
const ICON = `<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 32 32'><rect width='32' height='32' rx='7' fill='#0b6850'/><path d='M6.5 22.5a9.5 9.5 0 0 1 19 0M16 22.5l4.2-6M5.5 22.5h21' fill='none' stroke='#fff' stroke-linecap='round' stroke-width='2.4'/></svg>`

/** The document as a page to read, at /docs: no script and nothing from elsewhere, so it needs no more than its own style. */
export const docsRoutes = (document: () => Promise<Document>) => {
  let made: Promise<{ html: string; headers: Record<string, string> }> | undefined
  return new Elysia({ name: 'docs' }).get(
    '/docs',
    async () => {
      made ??= make()
      const { html, headers } = await made
      return new Response(html, { headers })
    },
    { detail: { hide: true } },
  )

  async function make() {
    const [style, tour] = await Promise.all([Bun.file(STYLE).text(), Bun.file(TOUR).text()])
    const hash = new Bun.CryptoHasher('sha256').update(style).digest('base64')
    const csp = `default-src 'none'; style-src 'sha256-${hash}'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`
    const headers = {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': csp,
      'cache-control': 'no-cache',
      'referrer-policy': 'same-origin',
    }
    return { html: pageOf(await document(), { style, tour }), headers }
  }
}

const escaped = (text: unknown) => String(text).replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
/** Paragraphs, lists, `code` and **bold**: all that our descriptions use. */
const prose = (text: string) =>
  escaped(text)
    .split('\n\n')
    .map((part) =>
      part.startsWith('- ')
        ? `<ul>${part.replace(/^- (.*)$/gm, '<li>$1</li>')}</ul>`
        : `<p>${part.replaceAll('\n', '<br>')}</p>`,
    )
    .join('')
    .replace(/`([^`]+)`/g, '<code>$1</code>')
    .replace(/\*\*([^*]+)\*\*/g, '<strong>$1</strong>')
const idOf = (text: string) => text.replace(/\W+/g, '-')

type Entry = { method: string; path: string; operation: Operation }

function pageOf(document: Document, { style, tour }: { style: string; tour: string }): string {
  const entries = Object.entries(document.paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, operation]): Entry => ({ method, path, operation })),
  )
  const groups = document.tags.map((tag) => ({
    ...tag,
    of: entries.filter((one) => one.operation.tags[0] === tag.name),
  }))
  const [lead = '', ...conventions] = document.info.description.split('\n\n')
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<title>${escaped(document.info.title)} API</title>
<link rel="icon" href="data:image/svg+xml,${encodeURIComponent(ICON)}">
<style>${style}</style>
</head>
<body>
<a class="skip" href="#content">Skip to the content</a>
<header><a href="/app">${escaped(document.info.title)}</a><span>API reference</span><a href="/openapi.json">openapi.json</a></header>
<nav aria-label="Contents">
<a href="#start">Your first report</a><a href="#conventions">Conventions</a>
${groups.map(({ name, of }) => `<section><a class="tag" href="#${idOf(name)}">${escaped(name)}</a>${of.map(linkTo).join('')}</section>`).join('')}
</nav>
<main id="content">
<h1>${escaped(document.info.title)} API</h1>
${prose(lead)}
${tourOf(tour)}
<section id="conventions"><h2>Conventions</h2>${prose(conventions.join('\n\n'))}
<h3>Scopes</h3>${prose(document.components.securitySchemes.apiToken.description)}
<h3>Failures</h3><dl class="fields">${Object.entries(failures(document))
    .map(([status, words]) => `<div><dt><b>${status}</b></dt><dd>${prose(words)}</dd></div>`)
    .join('')}</dl></section>
${groups.map(({ name, description, of }) => `<section class="group" id="${idOf(name)}"><h2>${escaped(name)}</h2>${prose(description)}${of.map(article).join('')}</section>`).join('')}
</main>
</body>
</html>`
}

const linkTo = ({ method, path, operation }: Entry) =>
  `<a href="#${operation.operationId}" title="${escaped(operation.summary)}"><b class="${method}">${method.toUpperCase()}</b> ${breakable(path)}</a>`
/** A long address may go on in the next line. */
const breakable = (path: string) => escaped(path).replace(/(?<=.)\//g, '<wbr>/')

/** What each status means, from the routes that name it. */
function failures(document: Document): Record<string, string> {
  const named: Record<string, { description: string }> = document.components.responses
  const all = Object.values(document.paths).flatMap((path) => Object.values(path))
  return Object.fromEntries(
    all.flatMap(({ responses }) =>
      Object.entries(responses).flatMap(([status, { $ref }]) =>
        $ref ? [[status, named[$ref.split('/').at(-1) ?? '']?.description ?? '']] : [],
      ),
    ),
  )
}

/** The five requests are those of the script, which a test runs: what it says in comments stands as text here. */
function tourOf(script: string): string {
  const [head = '', ...steps] = script.split(/\n(?=# \d\. )/)
  const variables = head.split('\n').filter((line) => !line.startsWith('#') && line !== 'set -eu').join('\n') // prettier-ignore
  const items = steps.map((step) => {
    const [comment = '', ...code] = step.trim().split('\n')
    return `<li>${prose(comment.replace(/^# \d\. /, ''))}<pre><code>${escaped(code.join('\n').trim())}</code></pre></li>`
  })
  return `<section id="start"><h2>Your first report in five requests</h2>
<p>As a script in one piece: <code>sh docs/first-report.sh http://localhost:3000 EMAIL PASSWORD</code></p>
<pre><code>${escaped(variables.trim())}</code></pre><ol>${items.join('')}</ol></section>`
}

function article({ method, path, operation }: Entry): string {
  const { operationId, summary, description = '', parameters = [], requestBody, responses } = operation
  const done = Object.entries(responses).filter(([status]) => status.startsWith('2'))
  const failed = Object.keys(responses).filter((status) => !status.startsWith('2'))
  const body = requestBody?.content['application/json']
  const types = Object.keys(requestBody?.content ?? {}).slice(1)
  return `<article id="${operationId}">
<div class="words">
<h3><a href="#${operationId}">${escaped(summary)}</a></h3>
<p class="address"><b class="${method}">${method.toUpperCase()}</b> <code>${breakable(path)}</code></p>
${prose(description)}
${parameters.length ? `<h4>Parameters</h4><dl class="fields">${parameters.map(parameterOf).join('')}</dl>` : ''}
${body ? `<h4>Body</h4>${types.length ? `<p>JSON, or ${types.join(', ')}.</p>` : ''}${fieldsOf(body.schema)}` : ''}
${done.map(([status, { description, content = {} }]) => `<h4>${status} <small>${escaped(description)}</small></h4>${answerOf(content)}`).join('')}
<p class="failures">May answer ${failed.join(', ')}.</p>
</div>
<div class="example">${exampleOf({ method, path, operation })}</div>
</article>`
}

function answerOf(content: NonNullable<Operation['responses'][string]['content']>): string {
  const files = Object.keys(content).filter((type) => type !== 'application/json')
  const json = content['application/json']
  return `${json ? fieldsOf(json.schema) : ''}${files.length ? `<p class="types">Also as ${files.map((type) => `<code>${type}</code>`).join(', ')}.</p>` : ''}`
}

function parameterOf({ name, in: place, required, schema, description = '' }: Parameter): string {
  return `<div><dt><code>${escaped(name)}</code> <i>${typeOf(schema)}</i>${place === 'header' ? ' <small>header</small>' : ''}${required ? ' <small>required</small>' : ''}</dt><dd>${prose(description)}</dd></div>`
}

const severalOf = ({ anyOf, oneOf }: JsonSchema) => anyOf ?? oneOf

/** A type in a few words, with the values that it may have. */
function typeOf(schema: JsonSchema): string {
  if (schema.enum) return schema.enum.map((value) => escaped(value)).join(' | ')
  const several = severalOf(schema)
  if (several) return [...new Set(several.map(typeOf))].join(' | ')
  if ('const' in schema) return escaped(JSON.stringify(schema.const))
  if (schema['$ref']) return 'any JSON'
  const types = [schema.type ?? 'anything'].flat().map((type) => (type === 'array' ? `array of ${typeOf(schema.items ?? {})}` : type)) // prettier-ignore
  const { minimum, maximum, default: initial, pattern } = schema as Record<string, number | string | undefined>
  const bounds = minimum !== undefined && maximum !== undefined && Number(maximum) < 2 ** 40 ? ` ${minimum}–${maximum}` : '' // prettier-ignore
  const day = String(pattern).startsWith('^20\\d\\d-\\d\\d-') ? ' YYYY-MM-DD' : ''
  return `${types.join(' | ')}${bounds}${day}${initial === undefined || initial === null ? '' : `, ${escaped(initial) || 'empty'} unless given`}`
}

/** The object in a schema, also when it is one of several or the row of an array. */
const objectIn = (schema: JsonSchema): JsonSchema | undefined =>
  schema.properties ? schema : schema.items ? objectIn(schema.items) : severalOf(schema)?.map(objectIn).find(Boolean)

function fieldsOf(schema: JsonSchema, depth = 0): string {
  const object = objectIn(schema)
  if (!object?.properties) return depth === 0 ? `<p><i>${typeOf(schema)}</i></p>` : ''
  const rows = Object.entries(object.properties).map(([name, field]) => {
    const inner = objectIn(field) && depth < 4 ? fieldsOf(field, depth + 1) : ''
    const optional = object.required?.includes(name) ? '' : ' <small>optional</small>'
    return `<div><dt><code>${escaped(name)}</code> <i>${typeOf(field)}</i>${optional}</dt>${inner && `<dd><details><summary>Fields</summary>${inner}</details></dd>`}</div>`
  })
  const isList = schema.type === 'array' || schema.anyOf?.some(({ type }) => type === 'array')
  return `${isList && depth === 0 ? '<p>One, or an array of:</p>' : ''}<dl class="fields compact">${rows.join('')}</dl>`
}

function exampleOf({ method, path, operation }: Entry): string {
  const { parameters = [], requestBody, responses, security } = operation
  const address = parameters.reduce(
    (text, { name, in: place, example }) =>
      place === 'path' ? text.replace(`{${name}}`, String(example ?? name)) : text,
    path,
  )
  const query = parameters.filter((one) => one.in === 'query' && one.example !== undefined)
  const asked = query.map(({ name, example }) => `${name}=${example}`).join('&')
  const body = requestBody?.content['application/json']?.example
  const request = [
    `curl ${method === 'get' ? '' : `-X ${method.toUpperCase()} `}"$address${address}${asked && `?${asked}`}"`,
    ...(security?.length === 0 ? [] : ['-H "authorization: Bearer $token"']),
    ...(body === undefined ? [] : ["-H 'content-type: application/json'", `-d '${JSON.stringify(body, null, 2)}'`]),
  ]
  const shown = Object.entries(responses).find(
    ([, { content }]) => content?.['application/json']?.example !== undefined,
  )
  const answer = shown && JSON.stringify(shown[1].content?.['application/json']?.example, null, 2)
  return `<pre aria-label="Request"><code>${escaped(request.join(' \\\n  '))}</code></pre>${answer ? `<pre aria-label="Answer" tabindex="0"><code>${coloured(answer)}</code></pre>` : ''}`
}

/** Names of fields apart from values. */
const coloured = (json: string) =>
  json
    .split('\n')
    .map((line) => escaped(line).replace(/^( *)(&#34;.*?&#34;)(: ?)/, '$1<b>$2</b>$3'))
    .join('\n')
