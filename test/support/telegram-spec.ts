import { fallbackSpec } from './telegram-fallback.ts'
import { badRequest } from './telegram-refusal.ts'

/** `types` are alternatives: `Integer`, `String`, `Array of X`, a type's name, or a constant written in quotes. */
export type Field = { name: string; types: string[]; required: boolean }
export type Spec = {
  methods: Record<string, { fields: Field[]; returns: string[] }>
  types: Record<string, { fields?: Field[]; subtypes?: string[] }>
}
export type Checker = Awaited<ReturnType<typeof loadChecker>>

type PublishedField = Field & { description: string }
type Published = {
  methods: Record<string, { fields?: PublishedField[]; returns: string[] }>
  types: Record<string, { fields?: PublishedField[]; subtypes?: string[] }>
}

const SPEC_FILE = `${import.meta.dir}/../../../shared/data/telegram/bot-api-10.1.api.min.json`
// Only the descriptions say which constant tells the members of a union apart ('must be photo', 'always "emoji"').
const CONSTANT = /(?:must be|always) ["“]?([a-z0-9_]+)["”]?\.?$/

const withConstants = ({ name, types, required, description }: PublishedField): Field => {
  const constant = ['type', 'status', 'source'].includes(name) ? CONSTANT.exec(description)?.[1] : undefined
  return { name, types: constant ? [`"${constant}"`] : types, required }
}

const readPublished = (published: Published): Spec => ({
  methods: Object.fromEntries(
    Object.entries(published.methods).map(([name, { fields = [], returns }]) => [
      name,
      { fields: fields.map(withConstants), returns },
    ]),
  ),
  types: Object.fromEntries(
    Object.entries(published.types).map(([name, { fields = [], subtypes }]) => [
      name,
      subtypes?.length ? { subtypes } : { fields: fields.map(withConstants) },
    ]),
  ),
})

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Blob)

const SCALARS: Record<string, (value: unknown) => boolean> = {
  Integer: (value) => Number.isSafeInteger(value),
  Float: (value) => Number.isFinite(value),
  String: (value) => typeof value === 'string',
  Boolean: (value) => typeof value === 'boolean',
  InputFile: (value) => value instanceof Blob || (typeof value === 'string' && value.startsWith('attach://')),
}

/**
 * Checks calls and answers against the published description of the Bot API. `used` is false where the file is absent;
 * then a hand-written table of the methods we use takes its place and types outside it pass unchecked.
 */
export const loadChecker = async (specFile = SPEC_FILE) => {
  const file = Bun.file(specFile)
  const used = await file.exists()
  const spec = used ? readPublished((await file.json()) as Published) : fallbackSpec()
  const names = new Map(Object.keys(spec.methods).map((name) => [name.toLowerCase(), name]))

  const wrongFields = (value: Record<string, unknown>, fields: Field[], at: string): string | undefined => {
    const path = (name: string) => (at ? `${at}.${name}` : name)
    for (const name of Object.keys(value))
      if (!fields.some((field) => field.name === name)) return `unknown field "${path(name)}"`
    for (const { name, types, required } of fields) {
      if (value[name] === undefined) {
        if (required) return `required field "${path(name)}" is missing`
        continue
      }
      const fault = wrongValue(value[name], types, path(name))
      if (fault) return fault
    }
    return undefined
  }

  const wrongType = (value: unknown, type: string, at: string): string | undefined => {
    const expected = `field "${at}" must be of type ${type}`
    if (type.startsWith('"')) return value === type.slice(1, -1) ? undefined : `field "${at}" must be ${type}`
    if (type.startsWith('Array of ')) {
      if (!Array.isArray(value)) return expected
      for (const [index, item] of value.entries()) {
        const fault = wrongValue(item, [type.slice('Array of '.length)], `${at}[${index}]`)
        if (fault) return fault
      }
      return undefined
    }
    const scalar = SCALARS[type]
    if (scalar) return scalar(value) ? undefined : expected
    const known = spec.types[type]
    if (!known) return undefined
    if (known.subtypes) return wrongValue(value, known.subtypes, at)
    return isObject(value) ? wrongFields(value, known.fields ?? [], at) : expected
  }

  const looksLike = (value: unknown, type: string) => {
    const fields = spec.types[type]?.fields
    if (!fields || !isObject(value)) return type.startsWith('Array of ') && Array.isArray(value)
    return fields.every(
      ({ name, types, required }) =>
        !required || (types[0]?.startsWith('"') ? `"${String(value[name])}"` === types[0] : name in value),
    )
  }

  const wrongValue = (value: unknown, types: string[], at: string): string | undefined => {
    const faults = types.map((type) => wrongType(value, type, at))
    if (faults.includes(undefined)) return undefined
    if (types.length === 1) return faults[0]
    const meant = types.findIndex((type) => looksLike(value, type))
    return meant === -1 ? `field "${at}" must be of type ${types.join(' or ')}` : faults[meant]
  }

  return {
    used,
    /** The method as the reference spells it; Telegram itself ignores case. Undefined where there is none. */
    methodNamed: (name: string) => names.get(name.toLowerCase()),
    /** The first thing wrong with a call, in words, or undefined. */
    wrongCall: (method: string, params: Record<string, unknown>) =>
      wrongFields(params, spec.methods[method]?.fields ?? [], ''),
    wrongAnswer: (method: string, answer: unknown) => wrongValue(answer, spec.methods[method]?.returns ?? [], 'result'),
    wrongUpdate: (update: unknown) => wrongType(update, 'Update', 'update'),
    updateKinds: (spec.types['Update']?.fields ?? []).map(({ name }) => name).filter((name) => name !== 'update_id'),
    /** The value of a form or query field, which travels as text whatever its type. */
    fromText: (method: string, name: string, text: string): unknown => {
      const types = spec.methods[method]?.fields.find((field) => field.name === name)?.types
      if (!types) return text
      if (types.includes('Integer') && /^-?\d+$/.test(text)) return Number(text)
      if (types.includes('Boolean') && /^(?:true|false)$/.test(text)) return text === 'true'
      if (types.includes('Float') && Number.isFinite(Number(text))) return Number(text)
      if (types.includes('String') || types.every((type) => type in SCALARS)) return text
      try {
        return JSON.parse(text)
      } catch {
        throw badRequest(`can't parse ${name} JSON object`)
      }
    },
  }
}
