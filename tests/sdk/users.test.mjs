import {before, test} from 'node:test'
import assert from 'node:assert/strict'
import {eachGeneration, fresh, freshEmail, freshPhone, freshUid, ids, refused, unknownId} from './lib/suite.mjs'

const hours = (n) => new Date(Date.now() + n * 3_600_000).toISOString()
const sameTime = (one, other) => assert.equal(Date.parse(one), Date.parse(other))

eachGeneration('ACS users', (site, generation) => {
  const seam = () => site.sdk(generation)
  let house, boats
  before(async () => {
    const systems = await seam().acs.systems.list()
    ;[house, boats] = ['House', 'Boathouse'].map((name) => systems.find((row) => row.name === name).acs_system_id)
  })
  const create = (fields = {}) => seam().acs.users.create({acs_system_id: house, full_name: `User ${fresh()}`, ...fields})
  const get = (acs_user_id) => seam().acs.users.get({acs_user_id})

  test('a user has what it was given; email comes back under both its names', async () => {
    const fields = {full_name: 'Ada Lind', email_address: freshEmail(), phone_number: freshPhone()}
    const made = await create(fields)
    assert.deepEqual(await get(made.acs_user_id), made)
    assert.deepEqual([made.full_name, made.email_address, made.email, made.phone_number], [fields.full_name, fields.email_address, fields.email_address, fields.phone_number])
    assert.equal(made.acs_system_id, house)
    assert.equal(made.is_managed, true)
    assert.equal(made.is_suspended, false)
    assert.equal(made.display_name, 'Ada Lind')
    assert.equal(made.access_schedule, undefined)
    assert.equal(made.external_type, undefined)
  })

  test('the deprecated email is the same field', async () => {
    const email = freshEmail()
    const made = await create({email})
    assert.deepEqual([made.email, made.email_address], [email, email])
    assert.equal((await create()).email_address, undefined)
  })

  test('two users of one system may share an email', async () => {
    const email_address = freshEmail()
    const [one, two] = [await create({email_address}), await create({email_address})]
    assert.notEqual(one.acs_user_id, two.acs_user_id)
  })

  test('a name is required', async () => {
    const answer = await site.post('/acs/users/create', {acs_system_id: house})
    assert.equal(answer.status, 400)
    assert.equal(answer.body.error.type, 'invalid_input')
    assert.ok(answer.body.error.validation_errors.full_name._errors.length > 0)
  })

  test('a system, group or identity that does not exist is named and no user is made', async () => {
    const before = (await seam().acs.users.list()).length
    await refused(generation, create({acs_system_id: unknownId()}), 404, 'acs_system_not_found')
    await refused(generation, create({acs_access_group_ids: [unknownId()]}), 404, 'acs_access_group_not_found')
    await refused(generation, create({user_identity_id: unknownId()}), 404, 'user_identity_not_found')
    assert.equal((await seam().acs.users.list()).length, before)
  })

  test('a user made for an identity and groups has both', async () => {
    const identity = await seam().userIdentities.create({full_name: 'Bo Marsh', email_address: freshEmail()})
    const group = (await seam().acs.accessGroups.list({acs_system_id: house})).find((row) => row.name === 'residents')
    const made = await create({user_identity_id: identity.user_identity_id, acs_access_group_ids: [group.acs_access_group_id]})
    assert.equal(made.user_identity_id, identity.user_identity_id)
    assert.equal(made.user_identity_full_name, 'Bo Marsh')
    assert.equal(made.user_identity_email_address, identity.email_address)
    assert.equal(made.user_identity_phone_number, null)
    const members = await seam().acs.accessGroups.listUsers({acs_access_group_id: group.acs_access_group_id})
    assert.ok(members.some((row) => row.acs_user_id === made.acs_user_id))
  })

  test('a schedule starts now unless told otherwise and may have no end', async () => {
    const ends_at = hours(2)
    const made = await create({access_schedule: {ends_at}})
    sameTime(made.access_schedule.ends_at, ends_at)
    assert.ok(Math.abs(Date.parse(made.access_schedule.starts_at) - Date.now()) < 10_000)
    const open = await create({access_schedule: {starts_at: hours(1), ends_at: null}})
    assert.equal(open.access_schedule.ends_at, null)
  })

  test('a schedule that ends in the past or before it starts is refused', async () => {
    for (const access_schedule of [{starts_at: hours(-2), ends_at: hours(-1)}, {starts_at: hours(3), ends_at: hours(2)}]) {
      const answer = await site.post('/acs/users/create', {acs_system_id: house, full_name: 'Late', access_schedule})
      assert.deepEqual([answer.status, answer.body.error?.type], [400, 'invalid_input'])
      assert.match(JSON.stringify(answer.body.error.validation_errors.access_schedule), /"_errors":\["/)
    }
    assert.deepEqual(await seam().acs.users.list({search: 'Late'}), [])
  })

  test('a user is found by id, or by identity with or without its system', async () => {
    const {user_identity_id} = await seam().userIdentities.create({full_name: 'Dan Rook'})
    const made = await create({user_identity_id})
    assert.equal((await seam().acs.users.get({user_identity_id, acs_system_id: house})).acs_user_id, made.acs_user_id)
    await refused(generation, seam().acs.users.get({user_identity_id, acs_system_id: boats}), 404, 'acs_user_not_found')
    await refused(generation, seam().acs.users.get({acs_user_id: made.acs_user_id, user_identity_id}), 400, 'invalid_input')
    await refused(generation, get(unknownId()), 404, 'acs_user_not_found')
  })

  test('an update keeps what is absent and sets what is given; null clears the schedule', async () => {
    const email_address = freshEmail()
    const {acs_user_id} = await create({full_name: 'Eve Holm', email_address, access_schedule: {ends_at: hours(5)}})
    assert.equal(await seam().acs.users.update({acs_user_id, full_name: 'Eve H.'}), undefined)
    let read = await get(acs_user_id)
    assert.deepEqual([read.full_name, read.email_address, typeof read.access_schedule], ['Eve H.', email_address, 'object'])
    const times = {starts_at: hours(1), ends_at: hours(9)}
    await seam().acs.users.update({acs_user_id, access_schedule: times})
    read = await get(acs_user_id)
    sameTime(read.access_schedule.ends_at, times.ends_at)
    sameTime(read.access_schedule.starts_at, times.starts_at)
    await seam().acs.users.update({acs_user_id, access_schedule: null})
    assert.equal((await get(acs_user_id)).access_schedule, undefined)
    await refused(generation, seam().acs.users.update({acs_user_id: unknownId(), full_name: 'X'}), 404, 'acs_user_not_found')
  })

  test('suspension is set and lifted, and repeating either is no error', async () => {
    const {acs_user_id} = await create()
    for (const [call, expected] of [['suspend', true], ['suspend', true], ['unsuspend', false], ['unsuspend', false]]) {
      assert.equal(await seam().acs.users[call]({acs_user_id}), undefined)
      assert.equal((await get(acs_user_id)).is_suspended, expected)
    }
    await refused(generation, seam().acs.users.suspend({acs_user_id: unknownId()}), 404, 'acs_user_not_found')
    await refused(generation, seam().acs.users.unsuspend({acs_user_id: unknownId()}), 404, 'acs_user_not_found')
  })

  test('a deleted user takes its credentials and memberships along', async () => {
    const group = (await seam().acs.accessGroups.list({acs_system_id: house})).find((row) => row.name === 'guests')
    const {acs_user_id} = await create({acs_access_group_ids: [group.acs_access_group_id]})
    const {acs_credential_id} = await seam().acs.credentials.create({acs_user_id, access_method: 'card', card_uid: freshUid()})
    assert.equal(await seam().acs.users.delete({acs_user_id}), undefined)
    await refused(generation, get(acs_user_id), 404, 'acs_user_not_found')
    await refused(generation, seam().acs.users.delete({acs_user_id}), 404, 'acs_user_not_found')
    await refused(generation, seam().acs.credentials.get({acs_credential_id}), 404, 'acs_credential_not_found')
    const members = await seam().acs.accessGroups.listUsers({acs_access_group_id: group.acs_access_group_id})
    assert.ok(!members.some((row) => row.acs_user_id === acs_user_id))
  })

  test('filters of a list combine, and what matches nothing is an empty list', async () => {
    const identity = await seam().userIdentities.create({full_name: 'Finn Gray', email_address: freshEmail(), phone_number: freshPhone()})
    const {user_identity_id} = identity
    const [inHouse, inBoats] = [await create({user_identity_id}), await create({user_identity_id, acs_system_id: boats})]
    const list = (filter) => seam().acs.users.list(filter).then((rows) => ids(rows, 'acs_user_id'))
    const both = [inHouse.acs_user_id, inBoats.acs_user_id].sort()
    assert.deepEqual(await list({user_identity_id}), both)
    assert.deepEqual(await list({user_identity_email_address: identity.email_address}), both)
    assert.deepEqual(await list({user_identity_phone_number: identity.phone_number}), both)
    assert.deepEqual(await list({user_identity_id, acs_system_id: boats}), [inBoats.acs_user_id])
    assert.deepEqual(await list({user_identity_id: unknownId()}), [])
    assert.deepEqual(await list({user_identity_email_address: 'nobody@example.com'}), [])
    assert.deepEqual(await list({user_identity_id, created_before: '2020-01-01T00:00:00Z'}), [])
    assert.ok((await list({acs_system_id: house})).includes(inHouse.acs_user_id))
    assert.ok(!(await list({acs_system_id: house})).includes(inBoats.acs_user_id))
  })

  test('search finds a part of the names, emails, phones and ids of a user and of its identity', async () => {
    const mark = `Qy${fresh()}w`
    const identity = await seam().userIdentities.create({full_name: `Person ${mark}i`, phone_number: freshPhone()})
    const made = await create({full_name: `Account ${mark}u`, email_address: `${mark}@example.org`, phone_number: freshPhone(), user_identity_id: identity.user_identity_id})
    for (const search of [`${mark}u`, `${mark}i`.toLowerCase(), `${mark}@exa`, made.phone_number, identity.phone_number, made.acs_user_id, identity.user_identity_id.slice(0, 18)])
      assert.deepEqual(ids(await seam().acs.users.list({search}), 'acs_user_id'), [made.acs_user_id], search)
    assert.deepEqual(await seam().acs.users.list({search: `none-${mark}`}), [])
  })
})
