type Calls = Record<string, [path: string, json?: object][]>
type Given = {
  /** The id of another session of the one who asks. */
  session: string
  /** Another person, who has a second factor. */
  other: number
  password: string
  /** The code of the one who asks, who has begun to set up a second factor, by steps from now. */
  code: (steps: number) => string
}

/** Calls of the routes about sessions and the second factor for test/api/openapi.test.ts, in their order: codes count once. */
export const signInCalls = ({ session, other, password, code }: Given): Calls => ({
  'GET /auth/sessions': [['/auth/sessions']],
  'DELETE /auth/sessions/{id}': [[`/auth/sessions/${session}`], [`/auth/sessions/${session}`], ['/auth/sessions/1']],
  'DELETE /auth/sessions': [['/auth/sessions']],
  'GET /auth/second-factor': [['/auth/second-factor']],
  'POST /auth/second-factor/confirm': [
    ['/auth/second-factor/confirm', { code: code(-1) }],
    ['/auth/second-factor/confirm', { code: code(-1) }],
  ],
  'POST /auth/second-factor/recovery-codes': [
    ['/auth/second-factor/recovery-codes', { password, code: code(0) }],
    ['/auth/second-factor/recovery-codes', { password: 'wrong', code: code(1) }],
  ],
  'POST /auth/second-factor/remove': [
    ['/auth/second-factor/remove', { password, code: code(1) }],
    ['/auth/second-factor/remove', {}],
  ],
  'POST /auth/second-factor': [
    ['/auth/second-factor', { password }],
    ['/auth/second-factor', { password: 'wrong' }],
  ],
  'DELETE /users/{id}/second-factor': [[`/users/${other}/second-factor`], [`/users/${other}/second-factor`]],
  'GET /users/{id}/sessions': [[`/users/${other}/sessions`], ['/users/999999/sessions']],
  'DELETE /users/{id}/sessions': [[`/users/${other}/sessions`], ['/users/999999/sessions']],
})
