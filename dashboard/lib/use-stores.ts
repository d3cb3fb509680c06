import useSWR from 'swr'
import { get } from './api.ts'

export type Store = { id: number; slug: string; name: string; currency: string; time_zone: string }

/** The stores that the user may see. */
export const useStores = () => useSWR<{ data: Store[] }>('/stores', get)
