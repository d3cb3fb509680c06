import type { AgentDeps } from '../agent-deps.ts'
import type { Tool } from '../tool.ts'
import { comparePeriods } from './compare-periods.ts'
import { compareStores } from './compare-stores.ts'
import { findProductsTool } from './find-products.ts'
import { forecastMonth } from './forecast-month.ts'
import { getChannelTotals } from './get-channel-totals.ts'
import { getCosts } from './get-costs.ts'
import { getDailyFigures } from './get-daily-figures.ts'
import { getOrder } from './get-order.ts'
import { getOverview } from './get-overview.ts'
import { getPnl } from './get-pnl.ts'
import { getProduct } from './get-product.ts'
import { rankProducts } from './rank-products.ts'

/** What only reads: Alfred's own tools, and those that any MCP client may call with the same rights. */
export const readTools: readonly Tool<AgentDeps>[] = [
  getOverview,
  getPnl,
  comparePeriods,
  getDailyFigures,
  compareStores,
  getChannelTotals,
  rankProducts,
  findProductsTool,
  getProduct,
  getOrder,
  getCosts,
  forecastMonth,
]
