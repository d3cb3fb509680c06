import { useState } from 'react'
import useSWR from 'swr'
import { ApiError } from '../../lib/api.ts'
import { textOf } from '../../lib/form-text.ts'
import { type MappedCampaign, readCampaign, useMapCampaign } from '../../lib/use-ad-campaigns.ts'
import { useStores } from '../../lib/use-stores.ts'
import { useSubmit } from '../../lib/use-submit.ts'
import { Asked } from '../rooms/asked.tsx'
import { Choice } from '../rooms/choice.tsx'
import { Conflict } from '../rooms/conflict.tsx'
import { Dialog } from '../rooms/dialog.tsx'
import rows from '../rooms/rows.module.css'
import ui from '../ui.module.css'
import { PickProduct } from './pick-product.tsx'

export type MapUndo = { sentence: string; undo: () => Promise<unknown> }

type Props = { id: number; onClose: () => void; onMapped: (undo: MapUndo) => Promise<unknown> }

const placeOf = ({ store, product }: MappedCampaign) => (product === null ? store : `${store}, ${product}`)

/** Says for which store and product the spend of a campaign counts, on all its days. */
export function MapCampaign({ id, onClose, onMapped }: Props) {
  const asked = useSWR(`/campaigns/${id}`, () => readCampaign(id), { revalidateOnFocus: false })
  return (
    <Dialog title="Where this campaign counts" onClose={onClose}>
      <Asked asked={asked} lines={2}>
        {({ value, etag }) => (
          <Fields
            key={etag}
            before={value}
            etag={etag}
            onClose={onClose}
            onMapped={onMapped}
            onChanged={asked.mutate}
          />
        )}
      </Asked>
    </Dialog>
  )
}

type FieldProps = Omit<Props, 'id'> & { before: MappedCampaign; etag: string; onChanged: () => unknown }

function Fields({ before, etag, onClose, onMapped, onChanged }: FieldProps) {
  const { data: stores } = useStores()
  const map = useMapCampaign()
  const [product, setProduct] = useState(
    before.product_id === null ? null : { id: before.product_id, name: before.product ?? '' },
  )
  const [theirs, setTheirs] = useState<MappedCampaign>()
  const save = async (store: string, tag: string | undefined) => {
    try {
      const mapped = await map(before.id, { store: store || null, product_id: product?.id ?? null }, tag)
      await onMapped({
        sentence: `“${before.name}” counts for ${placeOf(mapped)} now, on all its days.`,
        undo: () => map(before.id, { store: before.mapped ? before.store : null, product_id: before.product_id }),
      })
    } catch (error) {
      if (!(error instanceof ApiError) || error.status !== 412) throw error
      setTheirs((await readCampaign(before.id)).value)
    }
  }
  const { busy, error, submit } = useSubmit((entered) => save(textOf(entered, 'store'), etag))
  const [chosen, setChosen] = useState(before.mapped ? before.store : '')
  return (
    <form className={rows.form} aria-label={before.name} onSubmit={submit}>
      <p>{before.name}</p>
      <Choice
        label="Store"
        name="store"
        value={chosen}
        onChange={(event) => setChosen(event.target.value)}
        options={[
          { value: '', label: 'That of its account' },
          ...(stores?.data ?? []).map(({ slug, name }) => ({ value: slug, label: name })),
        ]}
      />
      <PickProduct chosen={product} onChoose={setProduct} />
      <p className={rows.meta}>
        All days of the campaign are restated at once; figures of both places follow to the cent.
      </p>
      {theirs && (
        <Conflict
          what="This campaign"
          theirs={`Counts for ${placeOf(theirs)}`}
          onKeep={() => void save(chosen, undefined)}
          onTake={() => void onChanged()}
        />
      )}
      <div role="alert">{error !== undefined && <p className={rows.error}>{error}</p>}</div>
      <div className={rows.end}>
        <button className={ui.button} disabled={busy}>
          Save
        </button>
        <button type="button" className={ui.quiet} onClick={onClose}>
          Cancel
        </button>
      </div>
    </form>
  )
}
