/** What an input takes as an amount: digits with at most 6 decimals, with a comma or a point. */
export const AMOUNT = '[0-9]{1,12}([.,][0-9]{1,6})?'

/** A typed amount as the API takes it. */
export const amountOf = (typed: string): string => typed.trim().replace(',', '.')
