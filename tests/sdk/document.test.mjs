// The document a gateway serves of itself, held against what it answers: every key of an answer is described, every required one is there.
import {before, test} from 'node:test'
import assert from 'node:assert/strict'
import Ajv from 'ajv'
import addFormats from 'ajv-formats'
import {toJsonSchema} from './lib/schema.mjs'
import {freshUid, onGateway} from './lib/suite.mjs'

const extensions = (path) => path.startsWith('/gatehouse/')

/// Objects hold what is described and nothing else.
function closed(node) {
  if (Array.isArray(node)) return node.map(closed)
  if (node === null || typeof node !== 'object') return node
  const made = Object.fromEntries(Object.entries(node).map(([key, value]) => [key, closed(value)]))
  if (made.type === 'object' && made.properties && made.additionalProperties === undefined && Object.keys(made.properties).length > 0) made.additionalProperties = false
  return made
}

onGateway('the served document', (site) => {
  let served, ajv
  before(async () => {
    served = (await site.request('GET', '/openapi.json')).body
    ajv = new Ajv({strict: false, allErrors: true, logger: false})
    addFormats(ajv)
    ajv.addSchema({...closed(toJsonSchema(JSON.parse(JSON.stringify(served)))), $id: 'served'})
  })
  const escape = (text) => text.replaceAll('~', '~0').replaceAll('/', '~1')

  async function answered(path, body = {}) {
    const answer = await site.post(path, body)
    assert.equal(answer.status, 200, `${path}: ${JSON.stringify(answer.body)}`)
    const validate = ajv.getSchema(`served#/paths/${escape(path)}/post/responses/200/content/application~1json/schema`)
    const said = validate(answer.body) ? [] : validate.errors.map((error) => `${error.instancePath} ${error.message} ${JSON.stringify(error.params)}`)
    assert.deepEqual(said.filter(() => !extensions(path)), [], `${path}: ${JSON.stringify(answer.body)}`)
    return answer.body
  }

  test('describes every answer there is', async () => {
    await answered('/workspaces/get')
    const {acs_systems: [{acs_system_id}]} = await answered('/acs/systems/list')
    await answered('/acs/systems/get', {acs_system_id})
    const {acs_access_groups: [{acs_access_group_id}]} = await answered('/acs/access_groups/list', {acs_system_id})
    await answered('/acs/access_groups/get', {acs_access_group_id})
    const {acs_entrances: [{acs_entrance_id}]} = await answered('/acs/entrances/list', {acs_system_id})
    await answered('/acs/entrances/get', {acs_entrance_id})
    const {user_identity: {user_identity_id}} = await answered('/user_identities/create', {full_name: 'Ada Lind', email_address: 'ada@example.com', phone_number: '+4512345678', user_identity_key: 'ada'})
    const schedule = {starts_at: '2020-01-01T00:00:00Z', ends_at: '2100-01-01T00:00:00Z'}
    const {acs_user: {acs_user_id}} = await answered('/acs/users/create', {acs_system_id, full_name: 'Ada Lind', email_address: 'other@example.com', user_identity_id, acs_access_group_ids: [acs_access_group_id], access_schedule: schedule})
    const {acs_credential: {acs_credential_id}} = await answered('/acs/credentials/create', {acs_user_id, access_method: 'card', card_uid: freshUid(), card_number: '77', facility_code: 3, card_format: 'h10301', ...schedule})
    await answered('/acs/credentials/create', {acs_user_id, access_method: 'code', code: '471142'})
    await answered('/acs/credentials/get', {acs_credential_id})
    await answered('/acs/credentials/list')
    await answered('/acs/users/get', {acs_user_id})
    await answered('/acs/users/list')
    await answered('/acs/users/list_accessible_entrances', {acs_user_id})
    await answered('/user_identities/list', {limit: 1})
    await answered('/user_identities/list_acs_users', {user_identity_id})
    await answered('/user_identities/list_acs_systems', {user_identity_id})
    const {devices: [{device_id}]} = await answered('/devices/list')
    await answered('/devices/get', {device_id})
    await answered('/user_identities/grant_access_to_device', {user_identity_id, device_id})
    await answered('/user_identities/list_accessible_devices', {user_identity_id})
    const {action_attempt: {action_attempt_id}} = await answered('/locks/unlock_door', {device_id})
    await answered('/action_attempts/get', {action_attempt_id})
    await answered('/acs/access_groups/list_users', {acs_access_group_id})
    const {events: [{event_id}]} = await answered('/events/list', {since: '2020-01-01T00:00:00Z'})
    await answered('/events/get', {event_id})
    await answered('/acs/entrances/list_credentials_with_access', {acs_entrance_id})
  })
})
