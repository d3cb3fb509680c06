import postgres from 'postgres'

const ROLE = 'dealdome_service'

/**
 * A login for the service on a local server: a member of dealdome_app that owns nothing and bypasses nothing, as in production.
 * @param ownerUrl the migrated database as its owner; the login gets the same password
 * @returns the same address for that login
 */
export async function appLogin(ownerUrl: string): Promise<string> {
  const login = new URL(ownerUrl)
  login.username = ROLE
  await makeLogin(ownerUrl, login.href)
  return login.href
}

/** Makes the login of an address, as a member of dealdome_app, unless there is one; true when it was made. */
export async function makeLogin(ownerUrl: string, loginUrl: string): Promise<boolean> {
  const login = new URL(loginUrl)
  const name = decodeURIComponent(login.username)
  const sql = postgres(ownerUrl, { max: 1, onnotice: () => {} })
  try {
    const [known] = await sql`select 1 from pg_roles where rolname = ${name}`
    if (known) return false
    const [{ literal } = { literal: '' }] =
      await sql`select quote_literal(${decodeURIComponent(login.password)}) as literal`
    const terms = `login nosuperuser nobypassrls nocreatedb nocreaterole inherit password ${literal}`
    await sql`create role ${sql(name)} ${sql.unsafe(terms)} in role dealdome_app`
    return true
  } catch (error) {
    // Two starters may both find no role: the second finds it made.
    if (error instanceof postgres.PostgresError && ['42710', '23505'].includes(error.code)) return false
    throw error
  } finally {
    await sql.end()
  }
}
