import type { Import, ImportKind } from './use-imports.ts'

export const importKind: Record<ImportKind, string> = {
  'unit-costs': 'Unit costs',
  'fixed-costs': 'Fixed costs',
  products: 'Products',
  'ad-spend': 'Ad spend',
  orders: 'Orders (Shopify’s export)',
}

export const importStatus: Record<Import['status'], string> = {
  previewed: 'not applied',
  applied: 'applied',
  undone: 'taken back',
}
