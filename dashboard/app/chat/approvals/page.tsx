import type { Metadata } from 'next'
import { Approvals } from '../../../components/chat/approvals.tsx'

export const metadata: Metadata = { title: 'Approvals' }

export default function Page() {
  return <Approvals />
}
