import { expect, test } from 'bun:test'
import { calls, fails, resultsOf, says } from '../support/anthropic-turns.ts'
import { failure, testDesk } from '../support/desk.ts'

const { claude, ask, booked, deskWith, ann, modelsAsked } = await testDesk()
const roosFinds = [calls('find_products', { words: 'oak', store: 'nl' }), says('A table and a chair.')]

test('a colleague answers with their own model and tools, and what they found comes back as data', async () => {
  const lines: string[] = []
  let given: unknown
  claude.script([
    calls('route_to_agent', { agent: 'roos', question: 'Which oak products has nl?' }),
    ...roosFinds,
    (request) => {
      given = resultsOf(request)[0]?.result
      return says('Roos looked it up: a table and a chair.')
    },
  ])
  const answer = await ask('What is there of oak?', { onProgress: (line) => lines.push(line) })
  expect(modelsAsked()).toEqual(['haiku', 'sonnet', 'sonnet', 'opus'])
  expect(given).toMatchObject({
    colleague: 'Roos',
    answer: 'A table and a chair.',
    results: [{ tool: 'find_products', input: { words: 'oak', store: 'nl' }, output: { products: [{}, {}] } }],
  })
  expect(lines).toEqual(['Asking Roos', 'Roos: Find products'])
  // Roos reads the question that Alfred wrote, not the conversation.
  expect(claude.requests[1]!.body.messages).toHaveLength(1)
  expect(JSON.stringify(claude.requests[1]!.body.messages)).not.toContain('What is there of oak?')
  expect((await booked(answer.conversation_id)).map(({ agent }) => agent)).toEqual(['alfred', 'roos', 'roos', 'alfred'])
})

test('a colleague whose model is down is an error that Alfred tells', async () => {
  let given: unknown
  claude.script([
    calls('route_to_agent', { agent: 'elisa', question: 'What does the course say about prices?' }),
    fails(529),
    (request) => {
      given = resultsOf(request)[0]
      return says('Elisa is not there right now.')
    },
  ])
  expect((await ask('And the course?')).text).toBe('Elisa is not there right now.')
  expect(given).toMatchObject({
    isError: true,
    result: 'Claude does not answer at the moment. Try again in a few minutes.',
  })
})

test('a colleague cannot ask further colleagues', async () => {
  claude.script([
    calls('route_to_agent', { agent: 'roos', question: 'x' }),
    calls('route_to_agent', { agent: 'elisa', question: 'x' }),
    (request) => says(String(resultsOf(request)[0]!.result)),
    (request) => says((resultsOf(request)[0]!.result as { answer: string }).answer),
  ])
  expect((await ask('x')).text).toStartWith('There is no tool "route_to_agent".')
})

test('a conversation may be held with a colleague, without Alfred', async () => {
  claude.script(roosFinds)
  const answer = await ask('Which oak products has nl?', { agent: 'roos' })
  expect(answer).toMatchObject({ agent: 'roos', text: 'A table and a chair.' })
  claude.script([says('You are welcome.')])
  expect(await ask('Thanks', { conversation_id: answer.conversation_id })).toMatchObject({ agent: 'roos' })
  expect(modelsAsked()).toEqual(['sonnet'])
})

test('the first step gets the tools that read and a way out; what it leaves begins anew', async () => {
  claude.script([[says('Hm, '), calls('get_pnl', { period: 'today' }), calls('take_over', {})], says('Alfred here.')])
  expect((await ask('Should we raise prices?')).text).toBe('Alfred here.')
  const [first, second] = claude.requests.map(({ body }) => body)
  const names = first!.tools!.flatMap((tool) => ('name' in tool ? [tool.name] : []))
  expect(names).toContain('take_over')
  expect(names).not.toContain('schedule_task')
  expect(second!.messages).toHaveLength(1)
})

test('a first step that fails, refuses or says nothing leaves the question to Alfred', async () => {
  for (const turn of [fails(529), fails(404), { stop: 'refusal' as const }, { stop: 'max_tokens' as const }, {}]) {
    claude.script([turn, says('Alfred here.')])
    expect((await ask('Profit?')).text).toBe('Alfred here.')
    expect(modelsAsked()).toEqual(['haiku', 'opus'])
  }
})

test('the next model answers when one is overloaded or unknown, and is booked at its own price', async () => {
  const desk = deskWith({
    models: {
      alfred: ['claude-opus-5-5', 'claude-sonnet-5-5'],
      roos: ['claude-sonnet-5-5'],
      elisa: ['claude-sonnet-5-5'],
      router: [],
    },
  })
  for (const broken of [fails(529), fails(503), fails(404), fails(429)]) {
    claude.script([broken, says('From the second.')])
    const { conversation_id, text } = await desk.ask({ who: ann, channel: 'api', text: 'Hi' })
    expect(text).toBe('From the second.')
    expect(await booked(conversation_id)).toMatchObject([{ model: 'claude-sonnet-5-5' }])
  }
  claude.script([fails(401)])
  const refused = await failure(desk.ask({ who: ann, channel: 'api', text: 'Hi' }))
  expect(String(refused)).toContain('Claude refused our key.')
  expect(claude.requests).toHaveLength(1)
})
