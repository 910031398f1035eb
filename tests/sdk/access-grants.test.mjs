import {before, test} from 'node:test'
import assert from 'node:assert/strict'
import {eachGeneration, fresh, freshUid, ids, refused, unknownId} from './lib/suite.mjs'

const hours = (n) => new Date(Date.now() + n * 3_600_000).toISOString()

eachGeneration('access grants', (site, generation) => {
  const seam = () => site.sdk(generation)
  let rear, yard
  before(async () => {
    const entrances = await seam().acs.entrances.list()
    ;[rear, yard] = ['Rear door', 'Yard gate'].map((name) => entrances.find((row) => row.display_name === name).acs_entrance_id)
  })
  const guest = async () => (await seam().userIdentities.create({full_name: `Guest ${fresh()}`})).user_identity_id
  const create = async (fields) => seam().accessGrants.create({user_identity_id: await guest(), requested_access_methods: [{mode: 'code'}], ...fields})

  test('give a new person a code of their own for two systems', async () => {
    const grant = await seam().accessGrants.create({
      user_identity: {full_name: 'Eve Holm'}, acs_entrance_ids: [rear, yard], starts_at: hours(1), ends_at: hours(49), name: 'Two nights',
      requested_access_methods: [{mode: 'code', code: '731942'}],
    })
    assert.equal(grant.name, 'Two nights')
    assert.equal(grant.requested_access_methods[0].code, '731942')
    const [method] = await seam().accessMethods.list({access_grant_id: grant.access_grant_id})
    assert.deepEqual([method.mode, method.code], ['code', '731942'])
    assert.deepEqual([method.is_issued, method.display_status], [false, 'failed_to_issue'], 'both doors ask for cards alone')
    const credentials = await seam().acs.credentials.list({user_identity_id: grant.user_identity_id})
    assert.equal(credentials.length, 2)
    for (const one of credentials) assert.equal(Date.parse(one.ends_at), Date.parse(grant.ends_at))
    const users = await seam().acs.users.list({user_identity_id: grant.user_identity_id})
    assert.deepEqual(users.map((row) => row.full_name), ['Eve Holm', 'Eve Holm'])
  })

  test('are found by key and refuse one that is taken', async () => {
    const access_grant_key = `stay-${fresh()}-${generation.name}`
    const {access_grant_id} = await create({acs_entrance_ids: [rear], access_grant_key})
    assert.equal((await seam().accessGrants.get({access_grant_key})).access_grant_id, access_grant_id)
    await refused(generation, create({acs_entrance_ids: [rear], access_grant_key}), 409, 'access_grant_key_conflict')
    assert.deepEqual(ids(await seam().accessGrants.list({access_grant_key}), 'access_grant_id'), [access_grant_id])
  })

  test('move their times and go', async () => {
    const {access_grant_id, user_identity_id} = await create({acs_entrance_ids: [rear], ends_at: hours(2)})
    const ends_at = hours(4)
    await seam().accessGrants.update({access_grant_id, ends_at})
    const [credential] = await seam().acs.credentials.list({user_identity_id})
    assert.equal(Date.parse(credential.ends_at), Date.parse(ends_at))
    await seam().accessGrants.delete({access_grant_id})
    assert.deepEqual(await seam().acs.credentials.list({user_identity_id}), [])
    await refused(generation, seam().accessGrants.get({access_grant_id}), 404, 'access_grant_not_found')
  })

  test('with a card wait for the card', async () => {
    const grant = await create({acs_entrance_ids: [rear], requested_access_methods: [{mode: 'card'}]})
    const [access_method_id] = grant.access_method_ids
    assert.equal((await seam().accessMethods.get({access_method_id})).is_issued, false)
    const number = `110-${fresh() + 40_000}`
    const {body} = await site.post('/access_methods/assign_card', {access_method_id, card_number: number, card_uid: freshUid()})
    assert.equal(body.action_attempt.status, 'success')
    assert.equal((await seam().accessMethods.get({access_method_id})).is_issued, true)
  })

  test('refuse what they cannot give', async () => {
    await refused(generation, create({acs_entrance_ids: [unknownId()]}), 404, 'acs_entrance_not_found')
    await refused(generation, create({acs_entrance_ids: []}), 400, 'invalid_input')
    await refused(generation, create({acs_entrance_ids: [rear], requested_access_methods: [{mode: 'mobile_key'}]}), 400, 'invalid_input')
    await refused(generation, seam().accessMethods.get({access_method_id: unknownId()}), 404, 'access_method_not_found')
  })
})
