import type { Metadata } from 'next'
import { Limits } from '../../../components/settings/limits.tsx'

export const metadata: Metadata = { title: 'Limits' }

export default function Page() {
  return <Limits />
}
