import type { Metadata } from 'next'
import { Appearance } from '../../../components/settings/appearance.tsx'

export const metadata: Metadata = { title: 'Appearance' }

export default function Page() {
  return <Appearance />
}
