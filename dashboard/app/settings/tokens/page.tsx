import type { Metadata } from 'next'
import { Tokens } from '../../../components/settings/tokens.tsx'

export const metadata: Metadata = { title: 'API tokens' }

export default function Page() {
  return <Tokens />
}
