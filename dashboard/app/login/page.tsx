import type { Metadata } from 'next'
import { LogIn } from '../../components/log-in.tsx'

export const metadata: Metadata = { title: 'Log in' }

export default function Page() {
  return <LogIn />
}
