const names: Record<string, string> = {
  get_pnl: 'Profit and loss',
  get_overview: 'Overview',
  get_daily_figures: 'Figures by day',
  compare_periods: 'Two periods compared',
  compare_stores: 'Stores compared',
  get_channel_totals: 'Ad channels',
  rank_products: 'Products ranked',
  get_product: 'A product',
  get_costs: 'Costs',
  get_stock: 'Stock',
  get_order: 'An order',
  get_customer_orders: 'A customer’s orders',
  find_orders: 'Orders found',
  find_products: 'Products found',
  forecast_month: 'Forecast of the month',
  query_data: 'An own question to the data',
  search_knowledge: 'Search in the material',
  read_source: 'A source read',
  route_to_agent: 'A colleague asked',
  explain_figure: 'A figure explained',
  save_memory: 'Remembered',
  list_memories: 'Memories',
  forget_memory: 'Forgotten',
  schedule_task: 'Task scheduled',
  change_task: 'Task changed',
  list_tasks: 'Tasks',
}

/** What a tool of the agents is called for people. */
export const toolName = (tool: string): string => names[tool] ?? words(tool)

/** `net_profit` as “Net profit”. */
export const words = (name: string): string => {
  const text = name.replaceAll('_', ' ')
  return text.charAt(0).toUpperCase() + text.slice(1)
}

/** What a tool was asked, in a few words: “nl, this month”. */
export const inputWords = (input: unknown): string =>
  input !== null && typeof input === 'object'
    ? Object.values(input)
        .flatMap((value) => (typeof value === 'string' || typeof value === 'number' ? [String(value)] : []))
        .map((value) => value.replaceAll('_', ' '))
        .join(', ')
        .slice(0, 120)
    : ''

/** A value of any kind as text: a dash for none. */
export const asText = (value: unknown): string =>
  value === null || value === undefined || value === ''
    ? '–'
    : typeof value === 'boolean'
      ? value
        ? 'yes'
        : 'no'
      : typeof value === 'string'
        ? value
        : Array.isArray(value)
          ? value.map(asText).join(', ') || '–'
          : JSON.stringify(value)
