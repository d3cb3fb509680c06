import type { Document, File as TelegramFile, PhotoSize } from 'grammy/types'
import { badRequest, Refusal } from './telegram-refusal.ts'

const MEGABYTE = 1024 * 1024

/** A file that Telegram holds. `path` is what follows `/file/bot<token>/`. */
export type Held = {
  id: string
  kind: 'document' | 'photo'
  bytes: Uint8Array<ArrayBuffer>
  name: string
  mime: string
  path: string
  width: number
  height: number
}

const extensionOf = (name: string) => /\.[A-Za-z\d]{1,10}$/.exec(name)?.[0].toLowerCase() ?? ''

/** Width and height of a PNG or JPEG; undefined for anything else. */
const sizeOfImage = (bytes: Uint8Array<ArrayBuffer>): [width: number, height: number] | undefined => {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (bytes.length >= 24 && view.getUint32(0) === 0x89504e47) return [view.getUint32(16), view.getUint32(20)]
  if (bytes.length < 4 || view.getUint16(0) !== 0xffd8) return undefined
  for (let at = 2; at + 9 < bytes.length && bytes[at] === 0xff; at += 2 + view.getUint16(at + 2)) {
    const marker = bytes[at + 1] ?? 0
    const startsFrame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker)
    if (startsFrame) return [view.getUint16(at + 7), view.getUint16(at + 5)]
  }
  return undefined
}

export const documentOf = ({ id, name, mime, bytes }: Held): Document => ({
  file_id: id,
  file_unique_id: `u${id}`,
  file_name: name,
  mime_type: mime,
  file_size: bytes.length,
})

export const photoSizesOf = ({ id, bytes, width, height }: Held): PhotoSize[] => [
  { file_id: id, file_unique_id: `u${id}`, width, height, file_size: bytes.length },
]

/** The files of one bot: put by people or by the bot, got by id, downloaded by path. */
export const createFiles = () => {
  const byId = new Map<string, Held>()

  const put = (kind: Held['kind'], name: string, bytes: Uint8Array<ArrayBuffer>, mime?: string): Held => {
    if (bytes.length === 0) throw badRequest('file must be non-empty')
    if (bytes.length > (kind === 'photo' ? 10 : 50) * MEGABYTE) throw new Refusal(413, 'Request Entity Too Large')
    const [width, height] = kind === 'photo' ? (sizeOfImage(bytes) ?? []) : [0, 0]
    if (width === undefined || height === undefined) throw badRequest('IMAGE_PROCESS_FAILED')
    if (width + height > 10_000 || Math.max(width, height) > 20 * Math.min(width, height))
      throw badRequest('PHOTO_INVALID_DIMENSIONS')
    const folder = kind === 'photo' ? 'photos' : 'documents'
    const held: Held = {
      id: `${kind === 'photo' ? 'AgAC' : 'BQAC'}${crypto.randomUUID().replaceAll('-', '')}`,
      kind,
      bytes,
      name,
      mime: mime ?? Bun.file(name).type.replace(/;.*/, ''),
      path: `${folder}/file_${byId.size}${kind === 'photo' ? '.jpg' : extensionOf(name)}`,
      width,
      height,
    }
    byId.set(held.id, held)
    return held
  }

  const get = (id: string): Held => {
    const held = byId.get(id)
    if (!held) throw badRequest('invalid file_id')
    return held
  }

  return {
    put,
    /** What a send method names: an upload, or the `file_id` of a file that is already here. */
    accept: async (kind: Held['kind'], given: unknown, uploads: Map<string, File>): Promise<Held> => {
      const upload = given instanceof File ? given : uploads.get(/^attach:\/\/(.+)$/.exec(String(given))?.[1] ?? '\0')
      if (upload) return put(kind, upload.name, new Uint8Array(await upload.arrayBuffer()))
      const held = byId.get(String(given))
      if (held?.kind === kind) return held
      if (held) throw badRequest(`can't use file of type ${held.kind} as ${kind}`)
      throw badRequest('wrong file identifier/HTTP URL specified')
    },
    get,
    /** The answer of `getFile`. Bots may download up to 20 MB. */
    describe: (id: string): TelegramFile => {
      const held = get(id)
      if (held.bytes.length > 20 * MEGABYTE) throw badRequest('file is too big')
      return { file_id: id, file_unique_id: `u${id}`, file_size: held.bytes.length, file_path: held.path }
    },
    at: (path: string) => [...byId.values()].find((held) => held.path === path),
  }
}
export type Files = ReturnType<typeof createFiles>
