// The frame of every test file here.
import {after, afterEach, before, describe} from 'node:test'
import assert from 'node:assert/strict'
import {randomUUID} from 'node:crypto'
import {startSite} from './site.mjs'
import {generations, isA} from './sdk.mjs'
import {expectConformantAnswers} from './wire.mjs'

/// Runs `define(site, generation)` once for each generation of the SDK, all on one gateway of their own.
/// `site` is filled before the first test runs: take it inside tests only.
export function eachGeneration(title, define, options = {}) {
  onGateway(title, (site) => {
    for (const generation of generations) describe(generation.name, () => define(site, generation))
  }, options)
}

/// Runs `define(site)` on a gateway of its own; every answer in it is checked against Seam's document.
export function onGateway(title, define, options = {}) {
  describe(title, {timeout: 600_000, ...options.describe}, () => {
    const site = {}
    before(async () => {
      const started = await startSite(options)
      Object.setPrototypeOf(site, Object.getPrototypeOf(started))
      Object.assign(site, started)
    })
    after(async () => { if (site.gateway) await site.stop() })
    afterEach(expectConformantAnswers)
    define(site)
  })
}

/// A number no other call got: names, cards and keys of different tests must not clash on one gateway.
let last = 0
export const fresh = () => ++last
export const freshEmail = () => `person-${fresh()}-${process.pid}@example.com`
export const freshPhone = () => `+45${String(10_000_000 + fresh())}`
export const freshUid = () => (0xa0000000 + fresh()).toString(16)
export const unknownId = () => randomUUID()

/// Expects `promise` to fail with Seam's own error class, status and type. Answers the error.
export async function refused(generation, promise, status, type) {
  const error = await promise.then(() => undefined, (reason) => reason)
  assert.ok(error, `expected ${status} ${type}, but the call succeeded`)
  const expected = status === 401 ? 'SeamHttpUnauthorizedError' : type === 'invalid_input' ? 'SeamHttpInvalidInputError' : 'SeamHttpApiError'
  assert.ok(isA(generation, error, expected), `expected ${expected}, got ${error.constructor.name}: ${error.message}`)
  assert.equal(error.statusCode, status, error.message)
  if (type) assert.equal(error.code, type, error.message)
  assert.ok(error.requestId.length > 0, 'the error carries no request id')
  return error
}

/// Ids of a list, sorted: lists are compared as sets.
export const ids = (rows, name) => rows.map((row) => row[name]).sort()
