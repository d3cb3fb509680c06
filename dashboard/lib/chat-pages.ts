/** The pages about the agents. */
export const chatPages = [
  { href: '/chat', label: 'Conversations' },
  { href: '/chat/approvals', label: 'Approvals' },
  { href: '/chat/tasks', label: 'Tasks' },
  { href: '/chat/memory', label: 'Memory' },
  { href: '/chat/knowledge', label: 'Knowledge' },
] as const
