// What happened, as both generations of the SDK ask for it.
import {test} from 'node:test'
import assert from 'node:assert/strict'
import {eachGeneration, freshUid, refused, unknownId} from './lib/suite.mjs'

eachGeneration('events', (site, generation) => {
  const seam = () => site.sdk(generation)
  const since = '2020-01-01T00:00:00Z'
  const types = (events) => events.map((event) => event.event_type)

  async function aCardThatCameAndWent() {
    const [{acs_system_id}] = await seam().acs.systems.list({search: 'House'})
    const {acs_user_id} = await seam().acs.users.create({acs_system_id, full_name: 'Ada Lind'})
    const {acs_credential_id} = await seam().acs.credentials.create({acs_user_id, access_method: 'card', card_uid: freshUid()})
    await seam().acs.credentials.delete({acs_credential_id})
    return {acs_system_id, acs_user_id, acs_credential_id}
  }

  test('are listed by what they are about, oldest first, and only for the workspace they are of', async () => {
    const {acs_user_id, acs_credential_id} = await aCardThatCameAndWent()
    assert.deepEqual(types(await seam().events.list({since, acs_credential_id})), ['acs_credential.issued', 'acs_credential.deleted'])
    const all = await seam().events.list({since, acs_user_id})
    assert.deepEqual(types(all), ['acs_user.created', 'acs_credential.issued', 'acs_credential.deleted'])
    assert.deepEqual(types(await seam().events.list({since, acs_user_id, event_types: ['acs_user.created', 'acs_credential.deleted']})), ['acs_user.created', 'acs_credential.deleted'])
    assert.deepEqual(await site.sdk(generation, 'brightline').events.list({since, acs_credential_id}), [])
    assert.equal((await seam().events.list({since, limit: 1})).length, 1)
    assert.deepEqual(await seam().events.list({between: [since, all[0].occurred_at], acs_user_id}), [], 'neither end belongs to it')
    assert.deepEqual(await seam().events.get({event_id: all[0].event_id}), all[0])
    assert.equal((await seam().events.get({event_type: 'acs_credential.deleted'})).acs_credential_id, acs_credential_id)
  })

  test('need a time, and one that is unknown is not found', async () => {
    await refused(generation, seam().events.list({since, between: [since, since]}), 400, 'invalid_input')
    await refused(generation, seam().events.list({since, event_type: 'no.such_event'}), 400, 'invalid_input')
    await refused(generation, seam().events.get({event_id: unknownId()}), 404, 'event_not_found')
    const answer = await site.post('/events/list', {})
    assert.deepEqual([answer.status, answer.body.error.type], [400, 'invalid_input'])
  })

  test('of an access grant are as the document says', async () => {
    const [{acs_entrance_id}] = await seam().acs.entrances.list()
    const {user_identity_id} = await seam().userIdentities.create({full_name: 'Eve Holm'})
    const {access_grant_id} = await seam().accessGrants.create({user_identity_id, acs_entrance_ids: [acs_entrance_id], requested_access_methods: [{mode: 'card'}]})
    await seam().accessGrants.delete({access_grant_id})
    const found = types(await seam().events.list({since, access_grant_id}))
    for (const type of ['access_grant.created', 'access_method.created', 'access_method.revoked', 'access_grant.deleted']) assert.ok(found.includes(type), `${type} of ${found}`)
  })
})
