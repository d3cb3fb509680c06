import type { Config } from '../src/config.ts'

export type Login = { email: string; password: string }

type Welcome = {
  address: string
  /** The first user with the password made for it; undefined when there was one already. */
  login: Login | undefined
  config: Config
  local: boolean
  seconds: number
}

/** What a person needs to know once everything answers. The only place where a generated password is shown. */
export function welcome({ address, login, config, local, seconds }: Welcome): string {
  const who = login
    ? [`  Log in     ${login.email}`, `  Password   ${login.password}   (shown only now; change it under Account)`]
    : config.ADMIN_EMAIL && config.ADMIN_PASSWORD
      ? [`  Log in     ${config.ADMIN_EMAIL} with ADMIN_PASSWORD, unless it was changed since`]
      : ['  Log in     as before; forgotten: bun run user:password EMAIL']
  const missing = [
    !config.TELEGRAM_BOT_TOKEN && '    Telegram   TELEGRAM_BOT_TOKEN, from @BotFather',
    !config.ANTHROPIC_API_KEY && '    Alfred     ANTHROPIC_API_KEY, or PATCH /settings; commands work without it',
  ].filter((line) => line !== false)
  return [
    '',
    `DealDome is ready after ${seconds.toFixed(1)} s.`,
    '',
    `  Open       ${address}`,
    ...who,
    `  Database   ${local ? 'local, below .data/ (bun run db:psql, db:stop, db:reset)' : 'DATABASE_URL'}`,
    ...(missing.length ? ['', '  Not configured yet (set in .env, then start again):', ...missing] : []),
    '',
    '  Your own orders: bun run import orders FILE --mapping FILE',
    '  Stop: Ctrl-C',
    '',
  ].join('\n')
}
