import type { Metadata } from 'next'
import { Usage } from '../../../components/settings/usage.tsx'

export const metadata: Metadata = { title: 'Model costs' }

export default function Page() {
  return <Usage />
}
