import type { Metadata } from 'next'
import { LoginForm } from '../../components/login-form.tsx'
import { LoginPage } from '../../components/login-page.tsx'

export const metadata: Metadata = { title: 'Log in' }

export default function Page() {
  return (
    <LoginPage>
      <LoginForm />
    </LoginPage>
  )
}
