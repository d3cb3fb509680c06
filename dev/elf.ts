const DYNSYM = 11
const GNU_VERNEED = 0x6ffffffe
const GNU_VERSYM = 0x6fffffff
const WEAK = 2
const ANY_VERSION = 1

/**
 * Makes a shared object (ELF, 64-bit, little-endian) loadable on a C library that lacks the symbol version `missing`: symbols bound to it
 * are bound to the older name in `olderNames` instead. Answers the changed copy and how many symbols changed; throws on a symbol without an older name.
 */
export function relaxGlibc(object: Uint8Array, missing: string, olderNames: Record<string, string>) {
  const bytes = Buffer.from(object)
  if (bytes.length < 64 || bytes.readUInt32BE(0) !== 0x7f454c46 || bytes[4] !== 2 || bytes[5] !== 1)
    throw new TypeError('not a 64-bit little-endian ELF file')
  const long = (at: number) => Number(bytes.readBigUInt64LE(at))
  const sections = Array.from({ length: bytes.readUInt16LE(0x3c) }, (_, i) => {
    const at = long(0x28) + i * bytes.readUInt16LE(0x3a)
    const [type, link, info] = [4, 40, 44].map((offset) => bytes.readUInt32LE(at + offset)) as [number, number, number]
    return { type, link, info, offset: long(at + 24), size: long(at + 32) }
  })
  const sectionOf = (type: number) => {
    const found = sections.find((section) => section.type === type)
    if (!found) throw new TypeError('no dynamic symbols with versions')
    return found
  }
  const symbols = sectionOf(DYNSYM)
  const versions = sectionOf(GNU_VERSYM)
  const needs = sectionOf(GNU_VERNEED)
  const names = sections[symbols.link]?.offset ?? 0
  const nameAt = (at: number) => bytes.toString('latin1', names + at, bytes.indexOf(0, names + at))

  const lacking = new Set<number>()
  let library = needs.offset
  for (let i = 0; i < needs.info; i++) {
    let version = library + bytes.readUInt32LE(library + 8)
    for (let j = bytes.readUInt16LE(library + 2); j > 0; j--) {
      if (nameAt(bytes.readUInt32LE(version + 8)) === missing) {
        lacking.add(bytes.readUInt16LE(version + 6))
        bytes.writeUInt16LE(bytes.readUInt16LE(version + 4) | WEAK, version + 4)
      }
      version += bytes.readUInt32LE(version + 12)
    }
    library += bytes.readUInt32LE(library + 12)
  }

  let changed = 0
  for (let i = 0; i < symbols.size / 24; i++) {
    const version = versions.offset + i * 2
    if (!lacking.has(bytes.readUInt16LE(version) & 0x7fff)) continue
    const name = bytes.readUInt32LE(symbols.offset + i * 24)
    const older = olderNames[nameAt(name)]
    if (older === undefined) throw new TypeError(`no older name known for ${nameAt(name)}`)
    if (older.length > nameAt(name).length) throw new TypeError(`${older} does not fit in place of ${nameAt(name)}`)
    bytes.fill(0, names + name, names + name + nameAt(name).length).write(older, names + name, 'latin1')
    bytes.writeUInt16LE(ANY_VERSION, version)
    changed++
  }
  return { bytes, changed }
}
