import {test} from 'node:test'
import assert from 'node:assert/strict'
import {eachGeneration, freshEmail, freshUid, refused} from './lib/suite.mjs'

eachGeneration('two workspaces on one gateway', (site, generation) => {
  const [harbour, brightline] = [() => site.sdk(generation), () => site.sdk(generation, 'brightline')]
  const system = async (seam, name) => (await seam.acs.systems.list()).find((row) => row.name === name).acs_system_id

  test('neither sees what the other has', async () => {
    const {user_identity_id} = await harbour().userIdentities.create({full_name: 'Ada Lind'})
    const house = await system(harbour(), 'House')
    const {acs_user_id} = await harbour().acs.users.create({acs_system_id: house, full_name: 'Ada Lind', user_identity_id})
    const {acs_credential_id} = await harbour().acs.credentials.create({acs_user_id, access_method: 'card', card_uid: freshUid()})
    const [group] = await harbour().acs.accessGroups.list()
    const entrance = (await harbour().acs.entrances.list()).find((row) => row.display_name === 'Rear door')
    const device = (await harbour().devices.list()).find((row) => row.display_name === 'rear')

    const other = brightline()
    await refused(generation, other.userIdentities.get({user_identity_id}), 404, 'user_identity_not_found')
    await refused(generation, other.acs.systems.get({acs_system_id: house}), 404, 'acs_system_not_found')
    await refused(generation, other.acs.users.get({acs_user_id}), 404, 'acs_user_not_found')
    await refused(generation, other.acs.credentials.get({acs_credential_id}), 404, 'acs_credential_not_found')
    await refused(generation, other.acs.accessGroups.get({acs_access_group_id: group.acs_access_group_id}), 404, 'acs_access_group_not_found')
    await refused(generation, other.acs.entrances.get({acs_entrance_id: entrance.acs_entrance_id}), 404, 'acs_entrance_not_found')
    await refused(generation, other.devices.get({device_id: device.device_id}), 404, 'device_not_found')
    await refused(generation, other.locks.unlockDoor({device_id: device.device_id}), 404, 'device_not_found')

    assert.ok((await other.userIdentities.list()).every((row) => row.user_identity_id !== user_identity_id))
    assert.ok((await other.acs.users.list()).every((row) => row.acs_user_id !== acs_user_id))
    assert.ok((await other.acs.credentials.list()).every((row) => row.acs_credential_id !== acs_credential_id))
    assert.deepEqual(await other.acs.users.list({acs_system_id: house}), [])
    assert.deepEqual((await other.acs.systems.list()).map((row) => row.name), ['Brightline office'])
    assert.deepEqual((await other.acs.entrances.list()).map((row) => row.display_name).sort(), ['Depot', 'Shared front door'])
    const devices = (await other.devices.list()).map((row) => row.display_name)
    assert.ok(devices.includes('depot') && !devices.includes('rear') && !devices.includes('yard'), devices.join())
  })

  test('neither changes or deletes what the other has', async () => {
    const {user_identity_id} = await harbour().userIdentities.create({full_name: 'Bo Marsh'})
    const {acs_user_id} = await harbour().acs.users.create({acs_system_id: await system(harbour(), 'House'), full_name: 'Bo Marsh'})
    const other = brightline()
    await refused(generation, other.userIdentities.update({user_identity_id, full_name: 'Mallory'}), 404, 'user_identity_not_found')
    await refused(generation, other.userIdentities.delete({user_identity_id}), 404, 'user_identity_not_found')
    await refused(generation, other.acs.users.suspend({acs_user_id}), 404, 'acs_user_not_found')
    await refused(generation, other.acs.users.delete({acs_user_id}), 404, 'acs_user_not_found')
    assert.equal((await harbour().userIdentities.get({user_identity_id})).full_name, 'Bo Marsh')
    assert.equal((await harbour().acs.users.get({acs_user_id})).is_suspended, false)
  })

  test('nothing of one is linked to something of the other', async () => {
    const person = await brightline().userIdentities.create({full_name: 'Ivy Tan'})
    const house = await system(harbour(), 'House')
    const {acs_user_id} = await harbour().acs.users.create({acs_system_id: house, full_name: 'Cleo Vance'})
    const depot = (await brightline().acs.entrances.list()).find((row) => row.display_name === 'Depot')
    await refused(generation, harbour().userIdentities.addAcsUser({acs_user_id, user_identity_id: person.user_identity_id}), 404, 'user_identity_not_found')
    await refused(generation, harbour().acs.entrances.grantAccess({acs_user_id, acs_entrance_id: depot.acs_entrance_id}), 404, 'acs_entrance_not_found')
    await refused(generation, brightline().userIdentities.create({full_name: 'X', acs_system_ids: [house]}), 404, 'acs_system_not_found')
    assert.equal((await harbour().acs.users.get({acs_user_id})).user_identity_id, undefined)
    assert.deepEqual(await harbour().acs.users.listAccessibleEntrances({acs_user_id}), [])
  })

  test('a header that names another workspace changes nothing: the key decides', async () => {
    const {workspace_id} = (await site.post('/workspaces/get', {}, {key: site.keys.brightline})).body.workspace
    const answer = await site.post('/workspaces/get', {}, {headers: {'seam-workspace': workspace_id}})
    assert.equal(answer.body.workspace.name, 'Harbour House')
  })

  test('the same email and the same plastic may be known to both', async () => {
    const email_address = freshEmail(), card_uid = freshUid()
    for (const [seam, name] of [[harbour(), 'House'], [brightline(), 'Brightline office']]) {
      const {user_identity_id} = await seam.userIdentities.create({full_name: 'Finn Gray', email_address})
      const {acs_user_id} = await seam.acs.users.create({acs_system_id: await system(seam, name), full_name: 'Finn Gray', user_identity_id})
      assert.equal((await seam.acs.credentials.create({acs_user_id, access_method: 'card', card_uid})).card_uid, card_uid)
      assert.equal((await seam.userIdentities.list({search: email_address})).length, 1)
    }
  })
})
