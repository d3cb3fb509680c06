import useSWR from 'swr'
import { get, post, postFile, withQuery } from './api.ts'
import type { ProfitEffect } from './profit-effect.ts'
import { useTellOfCosts } from './use-unit-costs.ts'

export const importKinds = ['unit-costs', 'fixed-costs', 'products', 'ad-spend', 'orders'] as const
export type ImportKind = (typeof importKinds)[number]

/** A file that came in: `added`, `changed` and `unchanged` count records; the others are rows that stay out. */
export type Import = {
  id: number
  kind: ImportKind
  status: 'previewed' | 'applied' | 'undone'
  file_name: string
  store: string | null
  rows_read: number
  added: number
  changed: number
  unchanged: number
  unknown: number
  rejected: number
  skipped: number
  created_by: string | null
  created_at: string
  applied_at: string | null
  undone_at: string | null
}
export type ImportDetail = Import & {
  notes: string[]
  issues: { line: number; result: 'rejected' | 'unknown' | 'skipped'; reason: string }[]
  effect: ProfitEffect | null
}

/** Imports of the kinds that the user may write, newest first. */
export const useImports = () => useSWR<{ data: Import[] }>('/imports?limit=100', get)

export const useImport = (id: string) => useSWR<ImportDetail>(`/imports/${encodeURIComponent(id)}`, get)

/** What can be done with files. All throw `ApiError`. */
export const useImportChanges = () => {
  const told = useTellOfCosts()
  const done = async <T>(work: Promise<T>): Promise<T> => {
    try {
      return await work
    } finally {
      await told()
    }
  }
  return {
    preview: (kind: ImportKind, file: File, store: string | null) =>
      done(postFile<ImportDetail>(withQuery(`/imports/${kind}`, { store, file_name: file.name.slice(0, 200) }), file)),
    apply: (id: number) => done(post<ImportDetail>(`/imports/${id}/apply`)),
    undo: (id: number) => done(post<ImportDetail>(`/imports/${id}/undo`)),
  }
}
