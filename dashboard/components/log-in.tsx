'use client'

import { wayBack } from '../lib/address.ts'
import { LoginForm } from './login-form.tsx'
import { LoginPage } from './login-page.tsx'
import ui from './ui.module.css'

/** The login page; goes back to the page that asked for it, by a full load, so that nothing of an earlier user stays in memory. */
export function LogIn() {
  return (
    <LoginPage>
      <h1 className={ui.hidden}>Log in</h1>
      <LoginForm onLogin={() => window.location.replace(wayBack(window.location.search))} />
    </LoginPage>
  )
}
