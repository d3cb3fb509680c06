/** The pages about the team and oneself, with what somebody needs to see anything there. */
export const settingsPages = [
  { href: '/settings', label: 'Team', needs: 'admin' },
  { href: '/settings/people', label: 'People', needs: 'admin' },
  { href: '/settings/telegram', label: 'Telegram', needs: 'admin' },
  { href: '/settings/integrations', label: 'Integrations', needs: 'admin' },
  { href: '/settings/data', label: 'Data', needs: 'stats:read' },
  { href: '/settings/tokens', label: 'API tokens', needs: 'admin' },
  { href: '/settings/limits', label: 'Limits', needs: 'orders:read' },
  { href: '/settings/usage', label: 'Model costs', needs: 'agents:use' },
  { href: '/settings/alerts', label: 'Alerts', needs: 'stats:read' },
  { href: '/settings/appearance', label: 'Appearance', needs: 'stats:read' },
  { href: '/settings/audit-log', label: 'Audit log', needs: 'admin' },
  { href: '/account', label: 'Account', needs: 'stats:read' },
] as const
