import type { Pool } from '../../sql/connect.ts'
import { seeing, type SeenStores } from '../../sql/connect.ts'
import { createUser, type Role } from '../../sql/users.ts'
import { type AgentDeps, newTurn } from '../../src/agents/agent-deps.ts'
import { callTool, type Tool } from '../../src/agents/tool.ts'
import { readTools } from '../../src/agents/tools/read-tools.ts'

let people = 0

/**
 * Someone who asks with the rights of a role, at noon in Amsterdam of 13 April 2026. `owner` is a pool that may make people, `service` one
 * that signs in as the service does.
 */
export async function anAsker(
  { owner, service }: { owner: Pool; service: Pool },
  { role = 'owner', stores = 'all' }: { role?: Role; stores?: SeenStores } = {},
) {
  const email = `asker-${++people}@example.com`
  const user = await createUser(owner, { email, role, password_hash: 'none' })
  const reported: unknown[] = []
  const deps: AgentDeps = {
    db: (work) => seeing(service, stores, work),
    now: () => new Date('2026-04-13T10:00:00Z'),
    who: { user_id: user!.id, email, role, stores },
    channel: 'mcp',
    turn: newTurn(),
    progress: () => {},
  }
  return {
    deps,
    reported,
    /** Calls one of the read tools. */
    call: (name: string, input: object = {}, tools: readonly Tool<AgentDeps>[] = readTools) =>
      callTool({ tools, deps, report: (error) => reported.push(error) }, { name, input }),
  }
}
