import { definitions } from './definitions.ts'

/** What an account of the ledger is called. */
export const accountName = (account: string): string =>
  account in definitions ? definitions[account as keyof typeof definitions].label : account.replaceAll('_', ' ')
