import {test} from 'node:test'
import assert from 'node:assert/strict'
import {eachGeneration, fresh, freshEmail, ids, refused, unknownId} from './lib/suite.mjs'

eachGeneration('links of an identity', (site, generation) => {
  const seam = () => site.sdk(generation)
  const system = async (name) => (await seam().acs.systems.list()).find((row) => row.name === name)
  const person = (full_name) => seam().userIdentities.create({full_name})
  const account = async (fields = {}, name = 'House') =>
    seam().acs.users.create({acs_system_id: (await system(name)).acs_system_id, full_name: `User ${fresh()}`, ...fields})
  const door = async (name) => (await seam().devices.list()).find((row) => row.display_name.toLowerCase().includes(name))

  test('a user is linked to an identity and taken off it again; the user stays', async () => {
    const {user_identity_id} = await person('Ada Lind')
    const {acs_user_id} = await account()
    const link = {user_identity_id, acs_user_id}
    await seam().userIdentities.addAcsUser(link)
    await seam().userIdentities.addAcsUser(link)
    assert.deepEqual((await seam().userIdentities.get({user_identity_id})).acs_user_ids, [acs_user_id])
    const read = await seam().acs.users.get({acs_user_id})
    assert.equal(read.user_identity_id, user_identity_id)
    assert.equal(read.user_identity_full_name, 'Ada Lind')
    assert.deepEqual(ids(await seam().userIdentities.listAcsUsers({user_identity_id}), 'acs_user_id'), [acs_user_id])

    await seam().userIdentities.removeAcsUser(link)
    assert.deepEqual((await seam().userIdentities.get({user_identity_id})).acs_user_ids, [])
    assert.equal((await seam().acs.users.get({acs_user_id})).user_identity_id, undefined)
    assert.deepEqual(await seam().userIdentities.listAcsUsers({user_identity_id}), [])
  })

  test('linking names what it does not find', async () => {
    const {user_identity_id} = await person('Bo Marsh')
    const {acs_user_id} = await account()
    await refused(generation, seam().userIdentities.addAcsUser({user_identity_id: unknownId(), acs_user_id}), 404, 'user_identity_not_found')
    await refused(generation, seam().userIdentities.addAcsUser({user_identity_id, acs_user_id: unknownId()}), 404, 'acs_user_not_found')
    assert.equal((await seam().acs.users.get({acs_user_id})).user_identity_id, undefined)
  })

  test('linking by an unknown key makes the identity from the data of the user', async () => {
    const email_address = freshEmail()
    const {acs_user_id} = await account({full_name: 'Cleo Vance', email_address})
    const user_identity_key = `key-${fresh()}`
    const linked = await site.post('/user_identities/add_acs_user', {acs_user_id, user_identity_key})
    assert.equal(linked.status, 200)
    const made = await seam().userIdentities.get({user_identity_key})
    assert.deepEqual([made.full_name, made.email_address, made.acs_user_ids], ['Cleo Vance', email_address, [acs_user_id]])
  })

  test('the systems of an identity are those of its users', async () => {
    const {user_identity_id} = await person('Dan Rook')
    for (const name of ['House', 'Boathouse']) await account({user_identity_id}, name)
    const systems = await seam().userIdentities.listAcsSystems({user_identity_id})
    assert.deepEqual(systems.map((row) => row.name).sort(), ['Boathouse', 'House'])
    assert.deepEqual(await seam().userIdentities.listAcsSystems({user_identity_id: (await person('Nobody')).user_identity_id}), [])
  })

  test('a device grant is made, repeated, listed and revoked, twice without harm', async () => {
    const {user_identity_id} = await person('Eve Holm')
    const {device_id} = await door('rear')
    const grant = {user_identity_id, device_id}
    await seam().userIdentities.grantAccessToDevice(grant)
    await seam().userIdentities.grantAccessToDevice(grant)
    const listed = await site.post('/user_identities/list_accessible_devices', {user_identity_id})
    assert.deepEqual(listed.body.devices, listed.body.accessible_devices)
    assert.deepEqual(ids(await seam().userIdentities.listAccessibleDevices({user_identity_id}), 'device_id'), [device_id])

    await seam().userIdentities.revokeAccessToDevice(grant)
    await seam().userIdentities.revokeAccessToDevice(grant)
    assert.deepEqual(await seam().userIdentities.listAccessibleDevices({user_identity_id}), [])
  })

  test('a device grant names what it does not find', async () => {
    const {user_identity_id} = await person('Finn Gray')
    const {device_id} = await door('rear')
    await refused(generation, seam().userIdentities.grantAccessToDevice({user_identity_id, device_id: unknownId()}), 404, 'device_not_found')
    await refused(generation, seam().userIdentities.grantAccessToDevice({user_identity_id: unknownId(), device_id}), 404, 'user_identity_not_found')
    assert.deepEqual(await seam().userIdentities.listAccessibleDevices({user_identity_id}), [])
  })

  test('the entrances of an identity are those of all its users', async () => {
    if (!seam().userIdentities.listAccessibleEntrances) return
    const {user_identity_id} = await person('Gia Berg')
    for (const [name, group] of [['House', 'guests'], ['Boathouse', 'crew']]) {
      const groups = await seam().acs.accessGroups.list({acs_system_id: (await system(name)).acs_system_id})
      const {acs_user_id} = await account({user_identity_id}, name)
      await seam().acs.users.addToAccessGroup({acs_user_id, acs_access_group_id: groups.find((row) => row.name === group).acs_access_group_id})
    }
    const entrances = await seam().userIdentities.listAccessibleEntrances({user_identity_id})
    assert.deepEqual(entrances.map((row) => row.display_name).sort(), ['Front door', 'Yard gate'])
  })

  test('every list of an unknown identity is 404', async () => {
    const user_identity_id = unknownId()
    for (const name of ['listAcsUsers', 'listAcsSystems', 'listAccessibleDevices', 'listAccessibleEntrances'])
      if (seam().userIdentities[name]) await refused(generation, seam().userIdentities[name]({user_identity_id}), 404, 'user_identity_not_found')
  })
})
