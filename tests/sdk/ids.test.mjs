// Each id of each endpoint: one that nobody has, and one that another workspace has. Neither is found, and neither tells the other apart.
import {before, test} from 'node:test'
import assert from 'node:assert/strict'
import {freshUid, onGateway, unknownId} from './lib/suite.mjs'
import {parametersOf} from './lib/schema.mjs'
import {validValue} from './lib/wrong.mjs'

const kinds = {
  user_identity_id: 'user_identity', acs_user_id: 'acs_user', acs_system_id: 'acs_system', acs_access_group_id: 'acs_access_group', acs_entrance_id: 'acs_entrance',
  acs_credential_id: 'acs_credential', device_id: 'device', action_attempt_id: 'action_attempt', credential_manager_acs_system_id: 'acs_system',
  acs_system_ids: 'acs_system', acs_access_group_ids: 'acs_access_group', allowed_acs_entrance_ids: 'acs_entrance',
  access_grant_id: 'access_grant', access_method_id: 'access_method', acs_entrance_ids: 'acs_entrance', acs_user_ids: 'acs_user', device_ids: 'device', space_ids: 'space', location_ids: 'space',
  controller_id: 'controller', user_identity_ids: 'user_identity', event_id: 'event',
}
const selecting = {acs_system_id: 'acs_user'} // beside user_identity_id: the user is not found in that system

onGateway('ids', (site) => {
  let served, own, foreign
  /// One of everything in a workspace.
  async function objectsOf(key, entranceName, deviceName) {
    const post = async (path, body = {}) => {
      const answer = await site.post(path, body, {key})
      assert.equal(answer.status, 200, `${path}: ${JSON.stringify(answer.body)}`)
      return answer.body
    }
    const entrance = (await post('/acs/entrances/list')).acs_entrances.find((row) => row.display_name === entranceName)
    const {acs_system_id, acs_entrance_id} = entrance
    const {user_identity_id} = (await post('/user_identities/create', {full_name: 'Ada Lind'})).user_identity
    const {acs_user_id} = (await post('/acs/users/create', {acs_system_id, full_name: 'Ada Lind', user_identity_id})).acs_user
    const {acs_access_group_id} = (await post('/acs/access_groups/list', {acs_system_id})).acs_access_groups[0]
    const {acs_credential_id} = (await post('/acs/credentials/create', {acs_user_id, access_method: 'card', card_uid: freshUid()})).acs_credential
    const {device_id} = (await post('/devices/list')).devices.find((row) => row.display_name === deviceName)
    const {access_grant_id, access_method_ids: [access_method_id]} = (await post('/access_grants/create', {user_identity_id, acs_entrance_ids: [acs_entrance_id], requested_access_methods: [{mode: 'card'}]})).access_grant
    const {action_attempt_id} = (await post('/locks/unlock_door', {device_id})).action_attempt
    const all_credentials = (await post('/acs/credentials/list')).acs_credentials.map((row) => row.acs_credential_id)
    return {all_credentials, access_grant_id, access_method_id, card_number: '110-1', user_identity_id, acs_user_id, acs_system_id, acs_access_group_id, acs_entrance_id, acs_credential_id, device_id, action_attempt_id, credential_manager_acs_system_id: acs_system_id, access_method: 'card'}
  }
  before(async () => {
    served = (await site.request('GET', '/openapi.json')).body
    own = await objectsOf(site.keys.harbour, 'Rear door', 'rear')
    foreign = await objectsOf(site.keys.brightline, 'Depot', 'depot')
  })

  const rulesOf = (path) => served.paths[path].post.requestBody?.content['application/json'].schema.allOf ?? []
  /// What has to stand beside `name` for the request to be about it: what is required, and one name of each choice.
  function beside(path, name) {
    const {required, properties} = parametersOf(path, served)
    const wanted = new Set(required)
    for (const {oneOf, anyOf} of rulesOf(path)) {
      const names = (oneOf ?? anyOf).flatMap((one) => one.required ?? [])
      const needs = anyOf?.[1]?.not?.required?.[0]
      if (needs === name) wanted.add(names[0])
      else if (!needs && names.length > 0 && !names.includes(name)) wanted.add(names.find((one) => wanted.has(one)) ?? (names.includes('user_identity_id') && wanted.has('user_identity_id') ? 'user_identity_id' : names[0]))
    }
    if (wanted.has('user_identity_id') && name !== 'acs_user_id' && !required.includes('acs_user_id')) wanted.delete('acs_user_id')
    if (path === '/acs/credentials/create' && name === 'user_identity_id') wanted.add('acs_system_id')
    wanted.delete(name)
    return Object.fromEntries([...wanted].map((one) => [one, own[one] ?? validValue(properties[one])]))
  }
  const passedOver = ['customization_profile_id'] // taken as it is: looks are not this gateway's business
  const uuidsOf = (path) => Object.entries(parametersOf(path, served).properties).filter(([name, schema]) => !passedOver.includes(name) && (schema.items ?? schema).format === 'uuid')
  const isLocal = (path) => served.paths[path].post?.['x-policy'] === 'local_admin'
  const asked = () => Object.keys(served.paths).filter((path) => !isLocal(path)).sort().flatMap((path) => uuidsOf(path).map(([name, schema]) => ({path, name, schema})))

  function expectNotFound(answer, {path, name}, body) {
    const what = `${path} ${JSON.stringify(body)}: ${JSON.stringify(answer.body)}`
    if (path.endsWith('/list')) {
      const [rows] = Object.values(answer.body).filter(Array.isArray)
      assert.deepEqual([answer.status, rows], [200, []], what)
      return
    }
    const kind = path === '/events/get' ? 'event' : (body.user_identity_id && path !== '/acs/credentials/create' && selecting[name]) || kinds[name]
    assert.deepEqual([answer.status, answer.body.error?.type], [404, `${kind}_not_found`], what)
    assert.equal(answer.body.error.validation_errors, undefined, what)
  }

  test('all kinds of ids are known here', () => {
    for (const {path, name} of asked()) if (!path.endsWith('/list')) assert.ok(kinds[name], `${path}: ${name}`)
  })

  for (const [whose, id] of [['nobody has', () => unknownId()], ['another workspace has', (name) => foreign[name.replace(/^allowed_|s$/g, '').replace(/_id$/, '_id')] ?? foreign[name]]])
    test(`an id that ${whose} is not found, in a body or a query`, async () => {
      let count = 0
      for (const one of asked()) {
        const wrong = id(one.name)
        if (wrong === undefined) continue // a kind that no workspace has any of
        const body = {...beside(one.path, one.name), [one.name]: one.schema.items ? [wrong] : wrong}
        expectNotFound(await site.post(one.path, body), one, body)
        const verb = ['get', 'delete'].find((verb) => served.paths[one.path][verb])?.toUpperCase()
        if (verb) expectNotFound(await site.request(verb, `${one.path}?${new URLSearchParams(body)}`), one, body)
        ++count
      }
      assert.ok(count > 50, `${count} ids`)
    })

  test('after all of that both workspaces hold what they held', async () => {
    for (const [key, objects] of [['harbour', own], ['brightline', foreign]])
      for (const [path, rows, name] of [['/user_identities/list', 'user_identities', 'user_identity_id'], ['/acs/users/list', 'acs_users', 'acs_user_id'], ['/acs/credentials/list', 'acs_credentials', 'acs_credential_id']])
        assert.deepEqual((await site.post(path, {}, {key: site.keys[key]})).body[rows].map((row) => row[name]), name === 'acs_credential_id' ? objects.all_credentials : [objects[name]], `${key} ${path}`)
  })
})
