// What the API says about real tables: a broker, two simulated controllers, and both generations of the SDK on top.
import {before, test} from 'node:test'
import assert from 'node:assert/strict'
import {eachGeneration, fresh, freshUid, unknownId} from './lib/suite.mjs'
import {eventually} from '../../demo/stage/program.mjs'

const proven = 45_000 // two quiet rounds of a list take about 7 s; a first contact may add one more

eachGeneration('device truth', (site, generation) => {
  const seam = () => site.sdk(generation)
  let house, doors, residents
  before(async () => {
    house = (await seam().acs.systems.list()).find((row) => row.name === 'House').acs_system_id
    residents = (await seam().acs.accessGroups.list()).find((row) => row.name === 'residents').acs_access_group_id
    doors = Object.fromEntries((await seam().devices.list()).map((row) => [row.display_name, row.device_id]))
    await eventually('both controllers are online', proven, async () =>
      (await seam().devices.list({device_ids: [doors.front, doors.rear]})).every((row) => row.properties.online))
  })
  const rows = async (endpoint, filter) => Object.values((await site.post(endpoint, filter)).body).find(Array.isArray)
  const access = (filter) => rows('/gatehouse/access/list', filter)
  const residual = (filter) => rows('/gatehouse/residual_access/list', filter)
  const person = async (groups) => {
    const {acs_user_id} = await seam().acs.users.create({acs_system_id: house, full_name: `User ${fresh()}`, acs_access_group_ids: groups})
    const card_uid = freshUid()
    const {acs_credential_id} = await seam().acs.credentials.create({acs_user_id, access_method: 'card', card_uid})
    return {acs_user_id, acs_credential_id, card_uid}
  }
  const settled = (acs_credential_id) => eventually('every row is verified', proven, async () => {
    const found = await access({acs_credential_id})
    return found.length === 2 && found.every((row) => row.state === 'verified') && found
  })
  const opens = async (card_uid) => Promise.all(Object.values(site.controllers).map(async (one) => (await one.present(card_uid)).opened))

  test('a grant is pending at first and verified once both tables were read back', async () => {
    const {acs_user_id, acs_credential_id, card_uid} = await person([residents])
    const first = await seam().acs.credentials.get({acs_credential_id})
    assert.equal(first.is_latest_desired_state_synced_with_provider, false)
    assert.ok((await seam().acs.users.get({acs_user_id})).pending_mutations.length > 0)

    const found = await settled(acs_credential_id)
    assert.deepEqual(found.map((row) => row.device_id).sort(), [doors.front, doors.rear].sort())
    for (const row of found) {
      assert.deepEqual([row.acs_credential_id, row.acs_user_id], [acs_credential_id, acs_user_id])
      assert.ok(Date.parse(row.verified_at) <= Date.now())
      assert.ok(Number(row.change_number) > 0)
    }
    const read = await seam().acs.credentials.get({acs_credential_id})
    assert.equal(read.is_latest_desired_state_synced_with_provider, true)
    assert.ok(Date.parse(read.latest_desired_state_synced_with_provider_at) <= Date.now())
    assert.deepEqual((await seam().acs.users.get({acs_user_id})).pending_mutations ?? [], [])
    assert.deepEqual(await opens(card_uid), [true, true]) // and each of them said what time it has
    const leased = await eventually('both clocks are known', proven, async () => {
      const rows = await access({acs_credential_id})
      return rows.every((row) => row.ends_at !== null) && rows
    })
    for (const row of leased) assert.ok(Date.parse(row.ends_at) > Date.now(), 'a lease ends')
    assert.deepEqual(await residual({acs_credential_id}), [])
  })

  test('access rows are filtered by credential, user, door and state', async () => {
    const {acs_user_id, acs_credential_id} = await person([residents])
    await settled(acs_credential_id)
    assert.equal((await access({acs_user_id})).length, 2)
    assert.deepEqual((await access({acs_user_id, device_id: doors.rear})).map((row) => row.device_id), [doors.rear])
    assert.equal((await access({acs_user_id, state: 'verified'})).length, 2)
    assert.deepEqual(await access({acs_user_id, state: 'refused'}), [])
  })

  test('a suspended user no longer opens; the rest is residual until proven gone', async () => {
    const {acs_user_id, acs_credential_id, card_uid} = await person([residents])
    await settled(acs_credential_id)
    await seam().acs.users.suspend({acs_user_id})
    const left = await residual({acs_credential_id})
    const narrowed = await Promise.all([{acs_user_id, device_id: doors.rear}, {acs_user_id: unknownId()}, {acs_credential_id: unknownId()}].map(residual))
    assert.deepEqual(narrowed.map((rows) => rows.length), [1, 0, 0])
    assert.equal(left.length, 2)
    for (const row of left) assert.ok(row.reason.length > 0)
    await eventually('neither door opens', 5000, async () => (await opens(card_uid)).every((opened) => !opened))
    await eventually('nothing is residual', proven, async () => (await residual({acs_credential_id})).length === 0)
    for (const one of Object.values(site.controllers)) assert.ok(!JSON.stringify(await one.dump()).includes(card_uid), one.name)
  })

  test('a deleted user is 404 at once while its residuals keep the name it had', async () => {
    const {acs_user_id, acs_credential_id} = await person([residents])
    const {full_name} = await seam().acs.users.get({acs_user_id})
    await settled(acs_credential_id)
    await seam().acs.users.delete({acs_user_id})
    const left = await residual({acs_credential_id})
    assert.equal(left.length, 2)
    assert.match(JSON.stringify(left[0]), new RegExp(full_name))
    await eventually('nothing is residual', proven, async () => (await residual({acs_credential_id})).length === 0)
  })

  test('an unlock is an action attempt that succeeds and moves the relay', async () => {
    assert.equal((await seam().devices.get({device_id: doors.rear})).can_remotely_unlock, true)
    const before = await site.controllers.rear.dump()
    const attempt = await seam().locks.unlockDoor({device_id: doors.rear})
    assert.deepEqual([attempt.action_type, attempt.status, attempt.error], ['UNLOCK_DOOR', 'success', null])
    assert.equal(typeof attempt.result, 'object')
    const after = await site.controllers.rear.dump()
    assert.ok(after.counters.commands > before.counters.commands)
    assert.deepEqual((await seam().actionAttempts.get({action_attempt_id: attempt.action_attempt_id})).status, 'success')
  })

  test('a uid too long for the controller is refused on the object, never cut', async () => {
    const {acs_user_id} = await seam().acs.users.create({acs_system_id: house, full_name: 'Jon Kerr', acs_access_group_ids: [residents]})
    const {acs_credential_id} = await seam().acs.credentials.create({acs_user_id, access_method: 'card', card_uid: `0411223344556677${String(1000 + fresh())}`})
    const found = await eventually('both doors refuse it', proven, async () => {
      const read = await access({acs_credential_id})
      return read.length === 2 && read.every((row) => row.state === 'refused') && read
    })
    for (const row of found) assert.match(row.reason, /key_too_long/)
    assert.ok((await seam().acs.credentials.get({acs_credential_id})).errors.length > 0)
    for (const one of Object.values(site.controllers)) assert.ok(!JSON.stringify(await one.dump()).includes('0411223344556677'), one.name)
  })

  test('controllers are listed with what they are and how they do', async () => {
    const found = await rows('/gatehouse/controllers/list', {})
    const text = JSON.stringify(found)
    for (const name of ['front-ctl', 'rear-ctl']) assert.match(text, new RegExp(name))
  })
}, {field: true})
