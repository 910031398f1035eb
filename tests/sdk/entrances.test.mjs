import {before, test} from 'node:test'
import assert from 'node:assert/strict'
import {eachGeneration, fresh, freshEmail, freshUid, ids, refused, unknownId} from './lib/suite.mjs'

eachGeneration('entrances', (site, generation) => {
  const seam = () => site.sdk(generation)
  let systems, entrance
  before(async () => {
    systems = Object.fromEntries((await seam().acs.systems.list()).map((row) => [row.name, row.acs_system_id]))
    const all = await seam().acs.entrances.list()
    entrance = (name) => all.find((row) => row.display_name === name)
  })
  const create = (fields = {}) => seam().acs.users.create({acs_system_id: systems.House, full_name: `User ${fresh()}`, ...fields})
  const reach = (acs_user_id) => seam().acs.users.listAccessibleEntrances({acs_user_id}).then((rows) => rows.map((row) => row.display_name).sort())
  const list = (filter) => seam().acs.entrances.list(filter).then((rows) => rows.map((row) => row.display_name).sort())

  test('the entrances of the file are listed and filtered', async () => {
    assert.deepEqual(await list(), ['Front door', 'Rear door', 'Yard gate'])
    assert.deepEqual(await list({acs_system_id: systems.Boathouse}), ['Yard gate'])
    assert.deepEqual(await list({search: 'REAR'}), ['Rear door'])
    assert.deepEqual(await list({acs_entrance_ids: [entrance('Front door').acs_entrance_id, entrance('Yard gate').acs_entrance_id]}), ['Front door', 'Yard gate'])
    assert.deepEqual(await list({connected_account_id: entrance('Front door').connected_account_id}), ['Front door', 'Rear door', 'Yard gate'])
    assert.deepEqual(await list({acs_system_id: unknownId()}), [])
    assert.deepEqual(await list({search: 'no such door'}), [])
  })

  test('an entrance says what opens it', async () => {
    const front = await seam().acs.entrances.get({acs_entrance_id: entrance('Front door').acs_entrance_id})
    assert.equal(front.acs_system_id, systems.House)
    assert.equal(front.can_unlock_with_card, true)
    assert.equal(front.can_unlock_with_cloud_key, true)
    assert.equal(front.can_unlock_with_code, false)
    assert.equal((await seam().acs.entrances.get({acs_entrance_id: entrance('Rear door').acs_entrance_id})).can_unlock_with_cloud_key, false)
    await refused(generation, seam().acs.entrances.get({acs_entrance_id: unknownId()}), 404, 'acs_entrance_not_found')
  })

  test('a direct grant gives one entrance, and repeating it changes nothing', async () => {
    const {acs_user_id} = await create()
    const grant = {acs_user_id, acs_entrance_id: entrance('Rear door').acs_entrance_id}
    assert.equal(await seam().acs.entrances.grantAccess(grant), undefined)
    await seam().acs.entrances.grantAccess(grant)
    assert.deepEqual(await reach(acs_user_id), ['Rear door'])
  })

  test('a grant to an identity takes the user with the same email or makes one', async () => {
    const email_address = freshEmail()
    const account = await create({email_address})
    const known = await seam().userIdentities.create({full_name: 'Ada Lind', email_address})
    await seam().acs.entrances.grantAccess({user_identity_id: known.user_identity_id, acs_entrance_id: entrance('Front door').acs_entrance_id})
    assert.equal((await seam().acs.users.get({acs_user_id: account.acs_user_id})).user_identity_id, known.user_identity_id)
    assert.deepEqual(await reach(account.acs_user_id), ['Front door'])

    const unknown = await seam().userIdentities.create({full_name: 'Bo Marsh'})
    await seam().acs.entrances.grantAccess({user_identity_id: unknown.user_identity_id, acs_entrance_id: entrance('Yard gate').acs_entrance_id})
    const [made] = await seam().acs.users.list({user_identity_id: unknown.user_identity_id})
    assert.deepEqual([made.full_name, made.acs_system_id], ['Bo Marsh', systems.Boathouse])
    assert.deepEqual(await reach(made.acs_user_id), ['Yard gate'])
  })

  test('a grant names exactly one person and one entrance that exists, in the system of the user', async () => {
    const {acs_user_id} = await create()
    const acs_entrance_id = entrance('Front door').acs_entrance_id
    const {user_identity_id} = await seam().userIdentities.create({full_name: 'Cleo Vance'})
    await refused(generation, seam().acs.entrances.grantAccess({acs_entrance_id, acs_user_id, user_identity_id}), 400, 'invalid_input')
    assert.equal((await site.post('/acs/entrances/grant_access', {acs_entrance_id})).body.error.type, 'invalid_input')
    await refused(generation, seam().acs.entrances.grantAccess({acs_entrance_id: unknownId(), acs_user_id}), 404, 'acs_entrance_not_found')
    await refused(generation, seam().acs.entrances.grantAccess({acs_entrance_id, acs_user_id: unknownId()}), 404, 'acs_user_not_found')
    await refused(generation, seam().acs.entrances.grantAccess({acs_entrance_id, user_identity_id: unknownId()}), 404, 'user_identity_not_found')
    const elsewhere = await site.post('/acs/entrances/grant_access', {acs_entrance_id: entrance('Yard gate').acs_entrance_id, acs_user_id})
    assert.equal(elsewhere.status, 400)
    assert.deepEqual(await reach(acs_user_id), [])
  })

  test('paths by group, grant and list add up, each entrance once', async () => {
    const guests = (await seam().acs.accessGroups.list()).find((row) => row.name === 'guests')
    const {acs_user_id} = await create({acs_access_group_ids: [guests.acs_access_group_id]})
    await seam().acs.entrances.grantAccess({acs_user_id, acs_entrance_id: entrance('Front door').acs_entrance_id})
    assert.deepEqual(await reach(acs_user_id), ['Front door'])
    await seam().acs.credentials.create({acs_user_id, access_method: 'card', card_uid: freshUid(), allowed_acs_entrance_ids: [entrance('Rear door').acs_entrance_id]})
    assert.deepEqual(await reach(acs_user_id), ['Front door', 'Rear door'])
  })

  test('revoking all access ends groups and grants and empties lists, and may be repeated', async () => {
    const residents = (await seam().acs.accessGroups.list()).find((row) => row.name === 'residents')
    const {acs_user_id} = await create({acs_access_group_ids: [residents.acs_access_group_id]})
    await seam().acs.entrances.grantAccess({acs_user_id, acs_entrance_id: entrance('Rear door').acs_entrance_id})
    const listed = await seam().acs.credentials.create({acs_user_id, access_method: 'card', card_uid: freshUid(), allowed_acs_entrance_ids: [entrance('Rear door').acs_entrance_id]})
    assert.deepEqual(await reach(acs_user_id), ['Front door', 'Rear door'])
    for (let times = 0; times < 2; ++times) assert.equal(await seam().acs.users.revokeAccessToAllEntrances({acs_user_id}), undefined)
    assert.deepEqual(await reach(acs_user_id), [])
    const members = await seam().acs.accessGroups.listUsers({acs_access_group_id: residents.acs_access_group_id})
    assert.ok(!members.some((row) => row.acs_user_id === acs_user_id))
    assert.equal((await seam().acs.credentials.get({acs_credential_id: listed.acs_credential_id})).acs_user_id, acs_user_id)

    await seam().acs.users.addToAccessGroup({acs_user_id, acs_access_group_id: residents.acs_access_group_id})
    assert.deepEqual(await list({acs_credential_id: listed.acs_credential_id}), [], 'an emptied list never falls back to "no list"')
    await refused(generation, seam().acs.users.revokeAccessToAllEntrances({acs_user_id: unknownId()}), 404, 'acs_user_not_found')
  })

  test('a device grant survives the revoke of a user: it belongs to the identity', async () => {
    const {user_identity_id} = await seam().userIdentities.create({full_name: 'Dan Rook'})
    const {acs_user_id} = await create({user_identity_id})
    const [device] = (await seam().devices.list()).filter((row) => row.display_name.toLowerCase().includes('rear'))
    await seam().userIdentities.grantAccessToDevice({user_identity_id, device_id: device.device_id})
    await seam().acs.users.revokeAccessToAllEntrances({acs_user_id})
    assert.deepEqual(ids(await seam().userIdentities.listAccessibleDevices({user_identity_id}), 'device_id'), [device.device_id])
  })
})
