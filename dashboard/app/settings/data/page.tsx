import type { Metadata } from 'next'
import { Data } from '../../../components/settings/data.tsx'

export const metadata: Metadata = { title: 'Data' }

export default function Page() {
  return <Data />
}
