import type { Metadata } from 'next'
import { Telegram } from '../../../components/settings/telegram.tsx'

export const metadata: Metadata = { title: 'Telegram' }

export default function Page() {
  return <Telegram />
}
