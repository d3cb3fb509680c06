import { type SubmitEvent, useState } from 'react'
import { reasonFor } from './api.ts'

/** Sends a form: `work` gets what was entered. While it runs the form is `busy`; `error` is why it failed, to be shown. Nothing typed is lost then. */
export const useSubmit = (work: (entered: FormData) => Promise<unknown>) => {
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<string>()
  const run = async (form: HTMLFormElement) => {
    setBusy(true)
    setError(undefined)
    try {
      await work(new FormData(form))
    } catch (failure) {
      setError(reasonFor(failure))
    }
    setBusy(false)
  }
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault()
    if (!busy) void run(event.currentTarget)
  }
  return { busy, error, submit }
}
