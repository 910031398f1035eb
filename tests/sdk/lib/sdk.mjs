// The two generations of the official SDK, side by side. The wire must be in place before they load.
import './wire.mjs'

const second = await import('seam')
const first = await import('seam-v1')

/// Generation 2 uses the semantic verbs (GET, PUT, PATCH, DELETE); generation 1 sends POST nearly everywhere.
export const generations = [
  {name: 'seam 1.245', module: second, semanticVerbs: true},
  {name: 'seam 1.160', module: first, semanticVerbs: false},
]

export const client = (generation, endpoint, apiKey) => new generation.module.Seam({apiKey, endpoint})

/// The error classes of a generation, for assertions: is(error, 'SeamHttpApiError').
export const isA = (generation, error, name) => error instanceof generation.module[name]
