// Every answer that passes through `fetch`, of either SDK or of a raw request, is checked here against Seam's document.
// Import this before an SDK: the SDKs take `fetch` as they find it.
import assert from 'node:assert/strict'
import {complaints} from './schema.mjs'

/// What went over the wire to the gateway under test, oldest first: {verb, path, query, status}.
export const calls = []
const violations = []
const origins = new Set()
const plainFetch = globalThis.fetch

/// From now on answers of this origin are checked and recorded.
export const watch = (url) => origins.add(new URL(url).origin)

globalThis.fetch = async (input, init) => {
  const answer = await plainFetch(input, init)
  const url = new URL(input.url ?? input)
  if (!origins.has(url.origin)) return answer
  const verb = (init?.method ?? input.method ?? 'GET').toUpperCase()
  calls.push({verb, path: url.pathname, query: url.search, status: answer.status})
  const wrong = check(verb, url.pathname, answer, await answer.clone().text())
  if (wrong.length > 0) violations.push(`${verb} ${url.pathname}${url.search} answered ${answer.status}:\n    ${wrong.join('\n    ')}`)
  return answer
}

function check(verb, path, answer, text) {
  const wrong = []
  if (!/^application\/json\b/.test(answer.headers.get('content-type') ?? ''))
    wrong.push(`content-type is ${answer.headers.get('content-type')}, not application/json`)
  if (!answer.headers.get('seam-request-id')) wrong.push('header seam-request-id is missing')
  if (verb === 'HEAD') return wrong
  let body
  try { body = JSON.parse(text) } catch { return [...wrong, `the body is not JSON: ${text.slice(0, 100)}`] }
  if (answer.status === 200 && body.ok !== true && path !== '/openapi.json') wrong.push('"ok" is not true')
  const found = complaints(path, answer.status, body)
  if (found.length > 0) wrong.push(...found, `body: ${text.slice(0, 1200)}`)
  return wrong
}

/// Fails with every answer since the last call that did not keep to the document.
export function expectConformantAnswers() {
  const found = violations.splice(0)
  assert.equal(found.length, 0, `answers that break the document of @seamapi/types:\n${found.join('\n')}`)
}
