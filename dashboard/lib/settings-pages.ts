/** The pages about the team and oneself. */
export const settingsPages = [
  { href: '/settings', label: 'Team' },
  { href: '/settings/people', label: 'People' },
  { href: '/settings/telegram', label: 'Telegram' },
  { href: '/settings/integrations', label: 'Integrations' },
  { href: '/settings/data', label: 'Data' },
  { href: '/settings/tokens', label: 'API tokens' },
  { href: '/settings/limits', label: 'Limits' },
  { href: '/settings/usage', label: 'Model costs' },
  { href: '/settings/alerts', label: 'Alerts' },
  { href: '/settings/appearance', label: 'Appearance' },
  { href: '/settings/audit-log', label: 'Audit log' },
  { href: '/account', label: 'Account' },
] as const
