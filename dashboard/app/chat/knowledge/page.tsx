import type { Metadata } from 'next'
import { Knowledge } from '../../../components/chat/knowledge.tsx'

export const metadata: Metadata = { title: 'Knowledge' }

export default function Page() {
  return <Knowledge />
}
