/** What never leaves, in logs or errors, whatever text it stands in. */
const SECRETS: [RegExp, string][] = [
  // The end is no number: a package in a stack trace is name@1.2.3.
  [/[\w.+-]+@[\w-]+(\.[\w-]+)*\.[a-z][\w-]+/gi, '[e-mail]'],
  [/\beyJ[\w-]+\.[\w-]+\.[\w-]+/g, '[token]'],
  [/\bBearer\s+[^\s"',]+/gi, 'Bearer [token]'],
  [/\b\d{6,12}:[\w-]{30,}/g, '[telegram token]'],
  [/\bsk-[\w-]{12,}/g, '[key]'],
  [/\bshp[a-z]{2}_[\w-]{8,}/g, '[shopify token]'],
  [/\bEAA\w{20,}/g, '[meta token]'],
  [/\bdd_\w{8,}[.\w-]*/g, '[api token]'],
  [/:\/\/[^\s:/@"]+:[^\s@"]+@/g, '://[login]@'],
  [/([?&](?:access_token|token|key|secret|password|signature)=)[^\s&"]+/gi, '$1[secret]'],
]

/** `text` without addresses of people, tokens, keys and passwords. */
export function redact(text: string): string {
  for (const [pattern, instead] of SECRETS) text = text.replace(pattern, instead)
  return text
}

const SECRET_KEY = /pass(word)?|secret|token|authorization|cookie|api_?key|email/i

/** For `JSON.stringify`: values whose key says that they are secret are left out, and of other texts what is secret in them. */
export const withoutSecrets = (key: string, value: unknown): unknown =>
  typeof value !== 'string' ? value : SECRET_KEY.test(key) ? '[left out]' : redact(value)
