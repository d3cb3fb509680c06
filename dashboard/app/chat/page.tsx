import type { Metadata } from 'next'
import { Suspense } from 'react'
import { Chat } from '../../components/chat/chat.tsx'
import { Room } from '../../components/rooms/room.tsx'
import { chatPages } from '../../lib/chat-pages.ts'

export const metadata: Metadata = { title: 'Chat' }

export default function Page() {
  return (
    <Suspense
      fallback={
        <Room name="Chat" pages={chatPages} title="Ask Alfred">
          {null}
        </Room>
      }
    >
      <Chat />
    </Suspense>
  )
}
