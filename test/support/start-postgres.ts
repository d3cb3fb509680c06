// A process of its own that starts the private server of the given folder, says its address and uses it until it ends.
import { startPostgres } from '../../dev/postgres.ts'

const [dir = ''] = process.argv.slice(2)
const { url } = await startPostgres({ dir, purpose: 'dev', log: () => {} })
console.log(url)
setInterval(() => {}, 60_000)
