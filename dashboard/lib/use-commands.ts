import { usePathname, useSearchParams } from 'next/navigation'
import { useEffect, useState } from 'react'
import useSWR from 'swr'
import { get, withQuery } from './api.ts'
import { chatPages } from './chat-pages.ts'
import { shortDay } from './days.ts'
import { pages } from './pages.ts'
import { periodLabels, periodNames } from './period.ts'
import { settingsPages } from './settings-pages.ts'
import { useMe } from './use-me.ts'
import type { Order } from './use-orders.ts'
import { useStores } from './use-stores.ts'
import { kept } from './kept.ts'

/** Somewhere to go: `href` is a path of the dashboard without its base. */
export type Command = { key: string; label: string; href: string; beside?: string }
export type CommandGroup = { title: string; commands: Command[] }

const PAUSE = 200

/** What can be gone to, narrowed to what holds all of the words; orders and products are looked up once somebody stops typing. */
export const useCommands = (words: string): { groups: CommandGroup[]; searching: boolean } => {
  const here = usePathname()
  const view = kept(useSearchParams())
  const { data: stores } = useStores()
  const { data: me } = useMe()
  const asked = words.trim()
  const q = useSettled(asked)
  const search = (path: string) => (q.length < 2 ? null : withQuery(path, { q, limit: '5' }))
  const orders = useSWR<{ data: Order[] }>(search('/orders'), get)
  const products = useSWR<{ data: { id: number; name: string }[] }>(search('/products'), get)
  const days = { period: '', start: '', end: '' }
  const there = (query: Record<string, string>) => withQuery(here, query)

  const known: CommandGroup[] = [
    {
      title: 'Pages',
      commands: [
        { key: 'page /', label: 'Overview', href: withQuery('/', view) },
        ...pages.map(({ href, label }) => ({ key: `page ${href}`, label, href: withQuery(href, view) })),
        ...chatPages
          .slice(1)
          .map(({ href, label }) => ({ key: `page ${href}`, label, beside: 'Chat', href: withQuery(href, view) })),
        ...settingsPages
          .slice(1)
          .filter(({ needs }) => me?.scopes.includes(needs) ?? true)
          .map(({ href, label }) => ({
            key: `page ${href}`,
            label,
            beside: 'Settings',
            href: withQuery(href, view),
          })),
      ],
    },
    {
      title: 'Period',
      commands: periodNames.map((name) => ({
        key: `period ${name}`,
        label: periodLabels[name],
        href: there({ ...view, ...days, period: name }),
      })),
    },
    {
      title: 'Store',
      commands: [
        { key: 'store', label: 'All stores', href: there({ ...view, store: '' }) },
        ...(stores?.data ?? []).map(({ slug, name, currency }) => ({
          key: `store ${slug}`,
          label: name,
          beside: `${slug}, ${currency}`,
          href: there({ ...view, store: slug }),
        })),
      ],
    },
  ]
  const parts = asked.toLowerCase().split(/\s+/)
  const fits = ({ label, beside = '' }: Command, title: string) => {
    const text = `${label} ${beside} ${title}`.toLowerCase()
    return parts.every((part) => text.includes(part))
  }
  const found: CommandGroup[] = [
    ...known.map(({ title, commands }) => ({ title, commands: commands.filter((command) => fits(command, title)) })),
    {
      title: 'Orders',
      commands: (asked === q ? (orders.data?.data ?? []) : []).map(({ id, number, date, store }) => ({
        key: `order ${id}`,
        label: number,
        beside: `${shortDay(date)}, ${store}`,
        href: withQuery('/orders', { ...view, id: String(id) }),
      })),
    },
    {
      title: 'Products',
      commands: (asked === q ? (products.data?.data ?? []) : []).map(({ id, name }) => ({
        key: `product ${id}`,
        label: name,
        href: withQuery('/products', { ...view, id: String(id) }),
      })),
    },
    {
      title: 'Ask',
      commands:
        asked.length < 2
          ? []
          : [{ key: 'ask', label: `Ask Alfred: ${asked}`, href: withQuery('/chat', { ...view, ask: asked }) }],
    },
  ]
  return {
    groups: found.filter(({ commands }) => commands.length > 0),
    searching: asked !== q || orders.isLoading || products.isLoading,
  }
}

/** The value once it has not changed for a moment. */
const useSettled = (value: string): string => {
  const [settled, setSettled] = useState(value)
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), PAUSE)
    return () => clearTimeout(timer)
  }, [value])
  return settled
}
