/** The pages about what things cost. */
export const costsPages = [
  { href: '/costs', label: 'Missing' },
  { href: '/costs/unit-costs', label: 'Unit costs' },
  { href: '/costs/fees', label: 'Payment fees' },
  { href: '/costs/shipping', label: 'Shipping' },
  { href: '/costs/fixed', label: 'Fixed costs' },
  { href: '/costs/imports', label: 'Imports' },
] as const
