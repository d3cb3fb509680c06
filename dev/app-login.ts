import postgres from 'postgres'

const ROLE = 'dealdome_service'

/**
 * A login for the service on a local server: a member of dealdome_app that owns nothing and bypasses nothing, as in production.
 * @param ownerUrl the migrated database as its owner; the login gets the same password
 * @returns the same address for that login
 */
export async function appLogin(ownerUrl: string): Promise<string> {
  const owner = new URL(ownerUrl)
  const sql = postgres(ownerUrl, { max: 1, onnotice: () => {} })
  try {
    const [known] = await sql`select 1 from pg_roles where rolname = ${ROLE}`
    const [{ literal } = { literal: '' }] =
      await sql`select quote_literal(${decodeURIComponent(owner.password)}) as literal`
    const terms = `login nosuperuser nobypassrls nocreatedb nocreaterole inherit password ${literal}`
    // Two starters may both find no role: the second finds it made.
    if (!known)
      await sql.unsafe(`create role ${ROLE} ${terms} in role dealdome_app`).catch((error: { code?: string }) => {
        if (error.code !== '42710' && error.code !== '23505') throw error
      })
  } finally {
    await sql.end()
  }
  owner.username = ROLE
  return owner.href
}
