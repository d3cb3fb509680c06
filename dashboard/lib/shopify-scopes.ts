/** What an app has to be allowed in a shop, with what each is for: the same as src/shopify/connect-shop.ts asks for, which a test compares. */
export const neededScopes: Readonly<Record<string, string>> = {
  read_orders: 'orders, refunds and fees of payments',
  read_products: 'products and their SKUs',
  read_inventory: 'unit costs',
  read_customers: 'telling first orders from later ones',
}

/** Without one of these a part is missing, and all else works. */
export const wantedScopes: Readonly<Record<string, string>> = {
  read_all_orders: 'orders older than 60 days: without it history begins there',
  read_reports: 'its own sales report, which the books are held against; without it they are held against its orders',
  read_shopify_payments_disputes: 'chargebacks: without it they are not booked',
  write_orders: 'approved refunds, cancellations, addresses, notes and tags: without it they are refused',
  write_products: 'approved prices: without it they are refused',
  write_inventory: 'approved stock levels: without it they are refused',
  read_locations: 'the place whose stock is changed: without it approved stock levels are refused',
  write_merchant_managed_fulfillment_orders: 'approved tracking numbers: without it they are refused',
}

/** To write is to read as well. */
export const has = (scopes: readonly string[], scope: string): boolean =>
  scopes.includes(scope) || scopes.includes(scope.replace(/^read_/, 'write_'))
