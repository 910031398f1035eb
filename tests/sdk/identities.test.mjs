import {test} from 'node:test'
import assert from 'node:assert/strict'
import {eachGeneration, fresh, freshEmail, freshPhone, ids, refused, unknownId} from './lib/suite.mjs'

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/

eachGeneration('user identities', (site, generation) => {
  const seam = () => site.sdk(generation)
  const create = (fields = {}) => seam().userIdentities.create(fields)
  const get = (user_identity_id) => seam().userIdentities.get({user_identity_id})

  test('an identity with nothing given is legal and has a name to show', async () => {
    const made = await create()
    assert.match(made.user_identity_id, uuid)
    assert.equal(made.full_name, null)
    assert.equal(made.email_address, null)
    assert.equal(made.phone_number, null)
    assert.equal(made.user_identity_key, null)
    assert.equal(made.display_name, made.user_identity_id)
    assert.deepEqual(made.acs_user_ids, [])
    assert.match(made.created_at, /Z$/)
    assert.deepEqual(await get(made.user_identity_id), made)
  })

  test('what is given is kept and read back, by id and by key', async () => {
    const fields = {full_name: 'Ada Lind', email_address: freshEmail(), phone_number: freshPhone(), user_identity_key: `key-${fresh()}`}
    const made = await create(fields)
    const read = await seam().userIdentities.get({user_identity_key: fields.user_identity_key})
    assert.deepEqual(read, made)
    for (const [name, value] of Object.entries(fields)) assert.equal(read[name], value)
    const {workspace_id} = await seam().workspaces.get()
    assert.equal(read.workspace_id, workspace_id)
  })

  test('the name to show is full name, email, phone, key, then the id', async () => {
    const email_address = freshEmail(), phone_number = freshPhone(), user_identity_key = `key-${fresh()}`
    const {user_identity_id} = await create({full_name: 'Bo Marsh', email_address, phone_number, user_identity_key})
    for (const [cleared, shown] of [['', 'Bo Marsh'], ['full_name', email_address], ['email_address', phone_number], ['phone_number', user_identity_key], ['user_identity_key', user_identity_id]]) {
      if (cleared) await seam().userIdentities.update({user_identity_id, [cleared]: null})
      assert.equal((await get(user_identity_id)).display_name, shown)
    }
  })

  test('an update keeps what is absent, clears what is null and sets what is given', async () => {
    const email_address = freshEmail(), phone_number = freshPhone()
    const {user_identity_id} = await create({full_name: 'Cleo Vance', email_address, phone_number})
    assert.equal(await seam().userIdentities.update({user_identity_id, full_name: 'Cleo V.'}), undefined)
    let read = await get(user_identity_id)
    assert.deepEqual([read.full_name, read.email_address, read.phone_number], ['Cleo V.', email_address, phone_number])
    await seam().userIdentities.update({user_identity_id, email_address: null})
    read = await get(user_identity_id)
    assert.deepEqual([read.full_name, read.email_address, read.phone_number], ['Cleo V.', null, phone_number])
  })

  test('an update of an unknown identity is 404', async () => {
    await refused(generation, seam().userIdentities.update({user_identity_id: unknownId(), full_name: 'X'}), 404, 'user_identity_not_found')
    await refused(generation, seam().userIdentities.get({user_identity_id: unknownId()}), 404, 'user_identity_not_found')
    await refused(generation, seam().userIdentities.get({user_identity_key: `none-${fresh()}`}), 404, 'user_identity_not_found')
  })

  test('both selectors at once are invalid input', async () => {
    const {user_identity_id, user_identity_key} = await create({user_identity_key: `key-${fresh()}`})
    await refused(generation, seam().userIdentities.get({user_identity_id, user_identity_key}), 400, 'invalid_input')
  })

  test('email and phone are unique in the workspace and a clash leaves both identities as they were', async () => {
    const taken = {email_address: freshEmail(), phone_number: freshPhone()}
    await create(taken)
    const other = await create({full_name: 'Other'})
    for (const field of ['email_address', 'phone_number']) {
      const clash = await refused(generation, create({[field]: taken[field]}), 409, 'user_identity_email_or_phone_conflict')
      assert.match(clash.message, new RegExp(field))
      assert.equal(clash.data.field, field)
      await refused(generation, seam().userIdentities.update({user_identity_id: other.user_identity_id, full_name: 'Half', [field]: taken[field]}), 409, 'user_identity_email_or_phone_conflict')
    }
    assert.equal((await get(other.user_identity_id)).full_name, 'Other')
  })

  test('keys are unique in the workspace', async () => {
    const user_identity_key = `key-${fresh()}`
    await create({user_identity_key})
    await refused(generation, create({user_identity_key}), 409, 'user_identity_key_conflict')
  })

  test('a value that was cleared is free for another identity', async () => {
    const email_address = freshEmail()
    const {user_identity_id} = await create({email_address})
    await seam().userIdentities.update({user_identity_id, email_address: null})
    assert.equal((await create({email_address})).email_address, email_address)
  })

  test('setting a value it already has is no clash with itself', async () => {
    const email_address = freshEmail()
    const {user_identity_id} = await create({email_address})
    await seam().userIdentities.update({user_identity_id, email_address, full_name: 'Same'})
    assert.equal((await get(user_identity_id)).full_name, 'Same')
  })

  test('phone numbers are E.164, trimmed first', async () => {
    const phone_number = freshPhone()
    assert.equal((await create({phone_number: ` ${phone_number} `})).phone_number, phone_number)
    for (const wrong of ['12345678', '+0123456', '+4512abc', '+1234567890123456', '+']) {
      const error = await refused(generation, create({phone_number: wrong}), 400, 'invalid_input')
      assert.ok(error.getValidationErrorMessages('phone_number').length > 0, wrong)
    }
  })

  test('wrong values name their parameter and make nothing', async () => {
    const before = (await seam().userIdentities.list()).length
    for (const [field, wrong] of [['email_address', 'no-at-sign'], ['full_name', ''], ['user_identity_key', '']]) {
      const answer = await site.post('/user_identities/create', {[field]: wrong})
      assert.equal(answer.status, 400, field)
      assert.ok(answer.body.error.validation_errors[field]._errors.length > 0, field)
    }
    assert.equal((await seam().userIdentities.list()).length, before)
  })

  test('search finds a part of name, email, phone or id, whatever its case', async () => {
    const mark = `Zx${fresh()}q`
    const phone_number = freshPhone()
    const made = await create({full_name: `Dan ${mark} Rook`, email_address: `${mark.toLowerCase()}@example.com`, phone_number})
    await create({full_name: 'Somebody else'})
    for (const search of [mark, mark.toLowerCase(), `${mark.toLowerCase()}@ex`, phone_number.slice(1), made.user_identity_id.slice(0, 13)]) {
      const found = await seam().userIdentities.list({search})
      assert.deepEqual(ids(found, 'user_identity_id'), [made.user_identity_id], search)
    }
    assert.deepEqual(await seam().userIdentities.list({search: `nobody-${mark}`}), [])
  })

  test('list filters by ids and by time of creation', async () => {
    const first = await create({full_name: 'First'})
    const second = await create({full_name: 'Second'})
    const both = [first.user_identity_id, second.user_identity_id]
    assert.deepEqual(ids(await seam().userIdentities.list({user_identity_ids: both}), 'user_identity_id'), [...both].sort())
    assert.deepEqual(ids(await seam().userIdentities.list({user_identity_ids: [both[1]]}), 'user_identity_id'), [both[1]])
    assert.deepEqual(await seam().userIdentities.list({user_identity_ids: [unknownId()]}), [])
    assert.deepEqual(await seam().userIdentities.list({user_identity_ids: both, created_before: '2020-01-01T00:00:00Z'}), [])
    const soon = new Date(Date.now() + 60_000).toISOString()
    assert.equal((await seam().userIdentities.list({user_identity_ids: both, created_before: soon})).length, 2)
  })

  test('acs_system_ids link the user with the same email, else make one', async () => {
    const [house] = (await seam().acs.systems.list()).filter((system) => system.name === 'House')
    const email_address = freshEmail()
    const user = await seam().acs.users.create({acs_system_id: house.acs_system_id, full_name: 'Eve Holm', email_address})
    const linked = await create({full_name: 'Eve Holm', email_address, acs_system_ids: [house.acs_system_id]})
    assert.deepEqual(linked.acs_user_ids, [user.acs_user_id])
    const made = await create({full_name: 'Gia Berg', acs_system_ids: [house.acs_system_id]})
    assert.equal(made.acs_user_ids.length, 1)
    const own = await seam().acs.users.get({acs_user_id: made.acs_user_ids[0]})
    assert.equal(own.user_identity_id, made.user_identity_id)
    assert.equal(own.full_name, 'Gia Berg')
    const before = (await seam().userIdentities.list()).length
    await refused(generation, create({acs_system_ids: [unknownId()]}), 404, 'acs_system_not_found')
    assert.equal((await seam().userIdentities.list()).length, before)
  })
})
