/** The pages of the navigation in their order, behind the overview. Store and period travel along to each. */
export const pages = [
  { href: '/pnl', label: 'P&L' },
  { href: '/products', label: 'Products' },
  { href: '/ads', label: 'Ads' },
  { href: '/stores', label: 'Stores' },
  { href: '/orders', label: 'Orders' },
  { href: '/costs', label: 'Costs' },
  { href: '/goals', label: 'Goals' },
  { href: '/chat', label: 'Chat' },
  { href: '/settings', label: 'Settings' },
] as const
