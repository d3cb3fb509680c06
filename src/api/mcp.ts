import { Elysia } from 'elysia'
import * as v from 'valibot'
import { type AgentDeps, newTurn } from '../agents/agent-deps.ts'
import { callTool, type Tool } from '../agents/tool.ts'
import { readTools } from '../agents/tools/read-tools.ts'
import { identity, type IdentityDeps } from './identity.ts'

const JsonRpc = v.object({
  jsonrpc: v.literal('2.0'),
  id: v.nullable(v.union([v.string(), v.number()])),
  result: v.optional(v.record(v.string(), v.unknown())),
  error: v.optional(v.object({ code: v.number(), message: v.string() })),
})

/** Described, not checked here: the protocol answers a wrong one in its own words. */
const CALL = {
  type: 'object' as const,
  properties: {
    jsonrpc: { type: 'string' as const, enum: ['2.0'] },
    id: { type: 'integer' as const },
    method: { type: 'string' as const },
    params: { type: 'object' as const, additionalProperties: true },
  },
  required: ['jsonrpc', 'method'],
}

/**
 * The agents' read tools for any MCP client, at /mcp over Streamable HTTP, without sessions: each request carries its token, and the
 * tools see what that token may see. Input is checked by the tool itself, so that a wrong one is answered the same way everywhere.
 */
export const mcpRoutes = (deps: IdentityDeps & { report: (error: unknown) => void }) => {
  let handler: ReturnType<typeof createHandler> | undefined
  const createHandler = async () => {
    const { createMcpHandler, McpServer } = await import('@modelcontextprotocol/server')
    return createMcpHandler(({ authInfo }) => {
      const server = new McpServer({ name: 'dealdome', version: '0.1.0' })
      const asker = authInfo?.extra?.asker as AgentDeps
      for (const tool of readTools) {
        const { name, description } = tool
        server.registerTool(
          name,
          { description, inputSchema: standard(tool), annotations: { readOnlyHint: true } },
          async (input) => {
            const { output, isError } = await callTool(
              { tools: readTools, deps: asker, report: deps.report },
              { name, input },
            )
            const text = typeof output === 'string' ? output : JSON.stringify(output)
            return { content: [{ type: 'text', text }], isError }
          },
        )
      }
      return server
    })
  }
  return new Elysia({ name: 'mcp', tags: ['agents'] }).use(identity(deps)).post(
    '/mcp',
    async ({ request, body, who, db }) => {
      const asker: AgentDeps = { db, who, now: deps.now, channel: 'mcp', turn: newTurn(), progress: () => undefined }
      return (await (handler ??= createHandler())).fetch(request, {
        parsedBody: body,
        authInfo: { token: '', clientId: who.email, scopes: [], extra: { asker } },
      })
    },
    {
      needs: 'signed in',
      response: { 200: JsonRpc, 202: v.null(), 400: JsonRpc, 406: JsonRpc },
      detail: {
        operationId: 'callMcp',
        produces: ['text/event-stream'],
        summary: 'The agents’ read tools for any MCP client (JSON-RPC 2.0, Streamable HTTP without sessions)',
        requestBody: { required: true, content: { 'application/json': { schema: CALL } } },
      },
    },
  )
}

/** The tool's JSON Schema as the protocol's server wants it; whatever comes in is passed on to the tool. */
const standard = ({ inputSchema }: Tool<AgentDeps>) => ({
  '~standard': {
    version: 1 as const,
    vendor: 'dealdome',
    validate: (value: unknown) => ({ value: value as Record<string, unknown> }),
    jsonSchema: { input: () => inputSchema, output: () => inputSchema },
  },
})
