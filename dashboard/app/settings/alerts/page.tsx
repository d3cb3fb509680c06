import type { Metadata } from 'next'
import { Alerts } from '../../../components/settings/alerts.tsx'

export const metadata: Metadata = { title: 'Alerts' }

export default function Page() {
  return <Alerts />
}
