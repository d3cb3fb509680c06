import { HOME } from '../lib/address.ts'
import { LoginPage } from '../components/login-page.tsx'

export default function NotFound() {
  return (
    <LoginPage>
      <h1>There is no page here</h1>
      <p>
        The address may be mistyped. <a href={HOME}>Open the overview</a>
      </p>
    </LoginPage>
  )
}
