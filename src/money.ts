/** Currencies whose minor unit is not a hundredth (ISO 4217). Everything else has two decimals. */
const DIGITS: Record<string, number> = {
  BIF: 0, CLP: 0, DJF: 0, GNF: 0, ISK: 0, JPY: 0, KMF: 0, KRW: 0, PYG: 0, RWF: 0, UGX: 0, UYI: 0, VND: 0, VUV: 0, XAF: 0, XOF: 0, XPF: 0,
  BHD: 3, IQD: 3, JOD: 3, KWD: 3, LYD: 3, OMR: 3, TND: 3, CLF: 4, UYW: 4,
} // prettier-ignore

/** Decimals of a currency's minor unit. The database has the same list in `currencies`; a test compares them. */
export const minorDigits = (currency: string): number => DIGITS[currency] ?? 2

/**
 * An amount for people to read next to its currency, from the decimal text that a query gave: `-15820.4` in EUR is `−15,820.40`. The text
 * is never turned into a float, so any size stays exact.
 */
export function amountText(amount: string, currency: string): string {
  const digits = minorDigits(currency)
  return new Intl.NumberFormat('en-GB', { minimumFractionDigits: digits, maximumFractionDigits: digits })
    .format(amount as `${number}`)
    .replace('-', '−')
}

/** An amount in minor units from decimal text, to compare two exactly. Decimals beyond the currency's are cut off. */
export function minorOf(amount: string, currency: string): bigint {
  const [whole = '0', decimals = ''] = amount.split('.')
  const digits = minorDigits(currency)
  return BigInt(whole + decimals.slice(0, digits).padEnd(digits, '0'))
}

/** An amount in major units as decimal text, from minor units: `1205n` in EUR is `12.05`. */
export function majorText(minor: bigint, currency: string): string {
  const digits = minorDigits(currency)
  const text = String(minor < 0n ? -minor : minor).padStart(digits + 1, '0')
  const whole = text.slice(0, text.length - digits)
  return `${minor < 0n ? '-' : ''}${digits === 0 ? whole : `${whole}.${text.slice(-digits)}`}`
}
