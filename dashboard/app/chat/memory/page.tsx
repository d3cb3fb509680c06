import type { Metadata } from 'next'
import { Memories } from '../../../components/chat/memories.tsx'

export const metadata: Metadata = { title: 'Memory' }

export default function Page() {
  return <Memories />
}
