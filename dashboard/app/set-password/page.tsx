import type { Metadata } from 'next'
import { LoginPage } from '../../components/login-page.tsx'
import { SetPasswordForm } from '../../components/set-password-form.tsx'

export const metadata: Metadata = { title: 'Choose a password' }

export default function Page() {
  return (
    <LoginPage>
      <SetPasswordForm />
    </LoginPage>
  )
}
