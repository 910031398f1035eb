import {before, test} from 'node:test'
import assert from 'node:assert/strict'
import {createHash} from 'node:crypto'
import {eachGeneration, fresh, ids, refused, unknownId} from './lib/suite.mjs'

eachGeneration('systems and access groups', (site, generation) => {
  const seam = () => site.sdk(generation)
  let house, boats, residents, guests, crew
  before(async () => {
    const systems = await seam().acs.systems.list()
    const groups = await seam().acs.accessGroups.list()
    house = systems.find((row) => row.name === 'House')
    boats = systems.find((row) => row.name === 'Boathouse')
    ;[residents, guests, crew] = ['residents', 'guests', 'crew'].map((name) => groups.find((row) => row.name === name).acs_access_group_id)
  })
  const create = (fields = {}) => seam().acs.users.create({acs_system_id: house.acs_system_id, full_name: `User ${fresh()}`, ...fields})
  const members = (acs_access_group_id) => seam().acs.accessGroups.listUsers({acs_access_group_id}).then((rows) => ids(rows, 'acs_user_id'))

  test('the systems of the file are listed, found by name and read by id', async () => {
    const systems = await seam().acs.systems.list()
    assert.deepEqual(systems.map((row) => row.name).sort(), ['Boathouse', 'House'])
    assert.equal(house.location.time_zone, 'Europe/Copenhagen')
    assert.deepEqual(house.connected_account_ids, [house.connected_account_id])
    assert.equal((await seam().acs.systems.get({acs_system_id: house.acs_system_id})).name, 'House')
    assert.deepEqual((await seam().acs.systems.list({search: 'boat'})).map((row) => row.name), ['Boathouse'])
    assert.deepEqual(await seam().acs.systems.list({connected_account_id: unknownId()}), [])
    assert.equal((await seam().acs.systems.list({connected_account_id: house.connected_account_id})).length, 2)
    await refused(generation, seam().acs.systems.get({acs_system_id: unknownId()}), 404, 'acs_system_not_found')
  })

  test('ids of what the file declares are the same on every machine: version 5, from their keys', async () => {
    const version5 = /^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/
    for (const id of [house.acs_system_id, boats.acs_system_id, residents, crew, house.connected_account_id, house.workspace_id]) assert.match(id, version5)
    assert.equal(house.acs_system_id, version5Of('harbour/system/house'))
    assert.equal(residents, version5Of('harbour/group/residents'))
    assert.equal(house.workspace_id, version5Of('sdk-site/workspace/harbour'))
  })

  test('groups are listed by system, by member and by search', async () => {
    assert.deepEqual(ids(await seam().acs.accessGroups.list({acs_system_id: house.acs_system_id}), 'acs_access_group_id'), [residents, guests].sort())
    assert.deepEqual(ids(await seam().acs.accessGroups.list({search: 'RESID'}), 'acs_access_group_id'), [residents])
    const {user_identity_id} = await seam().userIdentities.create({full_name: 'Ada Lind'})
    const {acs_user_id} = await create({user_identity_id, acs_access_group_ids: [guests]})
    assert.deepEqual(ids(await seam().acs.accessGroups.list({acs_user_id}), 'acs_access_group_id'), [guests])
    assert.deepEqual(ids(await seam().acs.accessGroups.list({user_identity_id}), 'acs_access_group_id'), [guests])
    assert.deepEqual(await seam().acs.accessGroups.list({acs_system_id: unknownId()}), [])
  })

  test('a group shows its system and its own kind', async () => {
    const group = await seam().acs.accessGroups.get({acs_access_group_id: crew})
    assert.equal(group.acs_system_id, boats.acs_system_id)
    assert.deepEqual([group.external_type, group.access_group_type], ['gatehouse_group', 'gatehouse_group'])
    assert.deepEqual(group.pending_mutations, [])
    await refused(generation, seam().acs.accessGroups.get({acs_access_group_id: unknownId()}), 404, 'acs_access_group_not_found')
  })

  test('entrances of a group are those of the file', async () => {
    const entrances = await seam().acs.accessGroups.listAccessibleEntrances({acs_access_group_id: residents})
    assert.deepEqual(entrances.map((row) => row.display_name).sort(), ['Front door', 'Rear door'])
    await refused(generation, seam().acs.accessGroups.listAccessibleEntrances({acs_access_group_id: unknownId()}), 404, 'acs_access_group_not_found')
  })

  test('membership is set from either side, repeated without harm, and ends from either side', async () => {
    const {acs_user_id} = await create()
    const link = {acs_user_id, acs_access_group_id: guests}
    const entrances = () => seam().acs.users.listAccessibleEntrances({acs_user_id}).then((rows) => rows.map((row) => row.display_name))
    for (const [add, remove] of [
      [() => seam().acs.users.addToAccessGroup(link), () => seam().acs.accessGroups.removeUser(link)],
      [() => seam().acs.accessGroups.addUser(link), () => seam().acs.users.removeFromAccessGroup(link)],
    ]) {
      await add()
      await add()
      assert.equal((await members(guests)).filter((id) => id === acs_user_id).length, 1)
      assert.deepEqual(await entrances(), ['Front door'])
      await remove()
      assert.ok(!(await members(guests)).includes(acs_user_id))
      assert.deepEqual(await entrances(), [])
    }
  })

  test('adding an identity links or makes its user in the system of the group', async () => {
    const {user_identity_id} = await seam().userIdentities.create({full_name: 'Bo Marsh'})
    await seam().acs.accessGroups.addUser({user_identity_id, acs_access_group_id: crew})
    const [user] = await seam().acs.users.list({user_identity_id})
    assert.equal(user.acs_system_id, boats.acs_system_id)
    assert.equal(user.full_name, 'Bo Marsh')
    assert.ok((await members(crew)).includes(user.acs_user_id))
    await seam().acs.accessGroups.removeUser({user_identity_id, acs_access_group_id: crew})
    assert.ok(!(await members(crew)).includes(user.acs_user_id))
  })

  test('membership names what it does not find and refuses a group of another system', async () => {
    const {acs_user_id} = await create()
    await refused(generation, seam().acs.users.addToAccessGroup({acs_user_id: unknownId(), acs_access_group_id: guests}), 404, 'acs_user_not_found')
    await refused(generation, seam().acs.users.addToAccessGroup({acs_user_id, acs_access_group_id: unknownId()}), 404, 'acs_access_group_not_found')
    const foreign = await site.post('/acs/users/add_to_access_group', {acs_user_id, acs_access_group_id: crew})
    assert.equal(foreign.status, 400)
    assert.ok(!(await members(crew)).includes(acs_user_id))
  })

  test('a group is not deleted here: groups live in the file', async () => {
    if (seam().acs.accessGroups.delete) await refused(generation, seam().acs.accessGroups.delete({acs_access_group_id: guests}), 400, 'not_supported')
    const answer = await site.post('/acs/access_groups/delete', {acs_access_group_id: guests})
    assert.deepEqual([answer.status, answer.body.error.type], [400, 'not_supported'])
    assert.equal((await seam().acs.accessGroups.get({acs_access_group_id: guests})).name, 'guests')
  })
})

/// The id of what the file declares, as the design writes it: UUIDv5 of OWNER/KIND/KEY in Gatehouse's namespace.
function version5Of(text) {
  const namespace = Buffer.from('1b4ee92a0a834ade93812be7bf562639', 'hex')
  const bytes = createHash('sha1').update(namespace).update(text).digest().subarray(0, 16)
  bytes[6] = (bytes[6] & 0x0f) | 0x50
  bytes[8] = (bytes[8] & 0x3f) | 0x80
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}
