import type { RulePath, Rules } from './use-cost-rules.ts'

type Term = { name: string; label: string; unit: 'money' | 'percent' | 'count'; hint?: string }

/** What is said of a rule of each kind: whom it is about, and its terms in the order in which they are asked for. */
export const ruleTerms: Record<
  RulePath,
  { subject: 'gateway' | 'country'; others: string; what: string; terms: Term[] }
> = {
  '/fee-rules': {
    subject: 'gateway',
    others: 'All other gateways (an estimate)',
    what: 'fee rule',
    terms: [
      { name: 'percent', label: 'Percent of what was paid', unit: 'percent' },
      { name: 'fixed', label: 'Plus, for each payment', unit: 'money' },
    ],
  },
  '/shipping-rules': {
    subject: 'country',
    others: 'All other countries',
    what: 'shipping rule',
    terms: [
      { name: 'per_order', label: 'For each order', unit: 'money' },
      { name: 'per_unit', label: 'Plus, for each piece', unit: 'money' },
      { name: 'min_units', label: 'From so many pieces on', unit: 'count' },
      { name: 'min_grams', label: 'From so many grams on', unit: 'count' },
    ],
  },
}

/** Whom a rule is about; null: all others. */
export const subjectOf = (rule: Rules[RulePath]): string | null => ('gateway' in rule ? rule.gateway : rule.country)

/** A term of a rule as a number. */
export const termOf = (rule: Rules[RulePath], name: string): number =>
  Number((rule as unknown as Record<string, unknown>)[name])
