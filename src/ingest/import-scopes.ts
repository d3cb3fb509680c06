import type { ImportKind } from '../../sql/imports.ts'
import type { Scope } from '../access.ts'

/** Who may import what. */
export const IMPORT_SCOPES: Record<ImportKind, Scope> = {
  orders: 'orders:write',
  'unit-costs': 'products:write',
  'ad-spend': 'financials:write',
  'fixed-costs': 'products:write',
  products: 'products:write',
}
