/** Platforms of ads, in the order in which their colours are given out. */
export const platforms = ['meta', 'google', 'tiktok', 'snapchat', 'pinterest', 'microsoft', 'other'] as const
export type Platform = (typeof platforms)[number]

export const platformNames: Record<Platform, string> = {
  meta: 'Meta',
  google: 'Google',
  tiktok: 'TikTok',
  snapchat: 'Snapchat',
  pinterest: 'Pinterest',
  microsoft: 'Microsoft',
  other: 'Other',
}
