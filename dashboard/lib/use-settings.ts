import useSWR from 'swr'
import { change, getTagged, type Tagged } from './api.ts'

export type Secret = {
  name: 'anthropic_api_key' | 'openai_api_key'
  is_set: boolean
  set_at: string | null
  set_by: string | null
}

/** What holds for the whole team. Secrets are write-only. */
export type Settings = {
  name: string
  reporting_currency: string
  time_zone: string
  second_factor_required: boolean
  secrets: Secret[]
}

export type SettingsChange = Partial<Omit<Settings, 'secrets'>> & {
  secrets?: Partial<Record<Secret['name'], string | null>>
}

/** As they are on the server now. Throws `ApiError`. */
export const readSettings = (): Promise<Tagged<Settings>> => getTagged('/settings')

/** The settings with their ETag, and a way to change them; with the ETag of what was read it throws `ApiError` 412 when somebody else was faster. */
export const useSettings = () => {
  const asked = useSWR<Tagged<Settings>>('/settings', readSettings)
  const save = async (changed: SettingsChange, etag?: string) => {
    await change('PATCH', '/settings', changed, etag)
    return asked.mutate()
  }
  return { asked, save }
}
