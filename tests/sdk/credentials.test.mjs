import {before, test} from 'node:test'
import assert from 'node:assert/strict'
import {eachGeneration, fresh, freshUid, ids, refused, unknownId} from './lib/suite.mjs'

const hours = (n) => new Date(Date.now() + n * 3_600_000).toISOString()

eachGeneration('credentials', (site, generation) => {
  const seam = () => site.sdk(generation)
  let house, boats, rear, yard
  before(async () => {
    const systems = await seam().acs.systems.list()
    ;[house, boats] = ['House', 'Boathouse'].map((name) => systems.find((row) => row.name === name).acs_system_id)
    const entrances = await seam().acs.entrances.list()
    ;[rear, yard] = ['Rear door', 'Yard gate'].map((name) => entrances.find((row) => row.display_name === name).acs_entrance_id)
  })
  const user = (fields = {}) => seam().acs.users.create({acs_system_id: house, full_name: `User ${fresh()}`, ...fields})
  const create = (fields) => seam().acs.credentials.create(fields)
  const get = (acs_credential_id) => seam().acs.credentials.get({acs_credential_id})
  const number = () => String(20_000 + fresh())

  test('a card keeps all it was given and gives it back', async () => {
    const {acs_user_id} = await user()
    const fields = {card_number: number(), facility_code: 110, card_format: 'h10301', card_uid: freshUid()}
    const times = {starts_at: hours(-1), ends_at: hours(5)}
    const made = await create({acs_user_id, access_method: 'card', ...fields, ...times})
    const read = await get(made.acs_credential_id)
    for (const [name, value] of Object.entries(fields)) assert.equal(read[name], value, name)
    for (const [name, value] of Object.entries(times)) assert.equal(Date.parse(read[name]), Date.parse(value), name)
    assert.deepEqual([read.acs_user_id, read.acs_system_id, read.access_method, read.is_managed], [acs_user_id, house, 'card', true])
    assert.equal(read.external_type, undefined)
  })

  test('a code is digits and is given back', async () => {
    const {acs_user_id} = await user()
    const made = await create({acs_user_id, access_method: 'code', code: '731942'})
    assert.equal((await get(made.acs_credential_id)).code, '731942')
    const error = await refused(generation, create({acs_user_id, access_method: 'code', code: '73a942'}), 400, 'invalid_input')
    assert.ok(error.getValidationErrorMessages('code').length > 0)
  })

  test('a code that is short or easy to guess is refused', async () => {
    const {acs_user_id} = await user()
    for (const code of ['123', '0000', '1234', '87654', '999999']) {
      const error = await refused(generation, create({acs_user_id, access_method: 'code', code}), 400, 'invalid_input')
      assert.ok(error.getValidationErrorMessages('code').length > 0, code)
    }
    for (const code of ['1235', '0001', '4711']) assert.equal((await create({acs_user_id, access_method: 'code', code})).code, code)
  })

  test('numbers and uids belong to cards alone and are written as documented', async () => {
    const {acs_user_id} = await user()
    const before = (await seam().acs.credentials.list({acs_user_id})).length
    const wrong = [
      ['card_uid', {access_method: 'code', code: '918273', card_uid: freshUid()}],
      ['card_number', {access_method: 'cloud_key', card_number: '123'}],
      ['card_uid', {access_method: 'card', card_uid: 'A1B2C3D4'}], ['card_uid', {access_method: 'card', card_uid: 'a1b2c3'}],
      ['card_uid', {access_method: 'card', card_uid: 'a1b2c3d4e'}], ['card_uid', {access_method: 'card', card_uid: 'a1b2c3d4'.repeat(3)}],
      ['card_uid', {access_method: 'card', card_uid: 'not hex!'}],
      ['card_number', {access_method: 'card', card_number: '12x45', facility_code: 1, card_format: 'h10301'}],
      ['card_number', {access_method: 'card', card_number: 12345, facility_code: 1, card_format: 'h10301'}],
      ['facility_code', {access_method: 'card', card_number: '12345', facility_code: '110', card_format: 'h10301'}],
      ['card_format', {access_method: 'card', card_number: '12345', facility_code: 110, card_format: 'x99'}],
    ]
    for (const [name, fields] of wrong) {
      const answer = await site.post('/acs/credentials/create', {acs_user_id, ...fields})
      assert.deepEqual([answer.status, answer.body.error?.type], [400, 'invalid_input'], JSON.stringify(fields))
      assert.ok(answer.body.error.validation_errors[name]?._errors.length > 0, `${JSON.stringify(fields)} names ${name}: ${JSON.stringify(answer.body.error.validation_errors)}`)
    }
    assert.equal((await seam().acs.credentials.list({acs_user_id})).length, before)
  })

  test('the owner is a user, or an identity with its system', async () => {
    const {user_identity_id} = await seam().userIdentities.create({full_name: 'Ada Lind'})
    const {acs_user_id} = await user({user_identity_id})
    const made = await create({user_identity_id, acs_system_id: house, access_method: 'card', card_uid: freshUid()})
    assert.equal(made.acs_user_id, acs_user_id)
    assert.equal(made.user_identity_id, user_identity_id)
    await refused(generation, create({acs_user_id: unknownId(), access_method: 'card', card_uid: freshUid()}), 404, 'acs_user_not_found')
    await refused(generation, create({user_identity_id: unknownId(), acs_system_id: house, access_method: 'card', card_uid: freshUid()}), 404, 'user_identity_not_found')
    await refused(generation, create({acs_system_id: unknownId(), access_method: 'card', card_uid: freshUid()}), 404, 'acs_system_not_found')
  })

  test('stock is assigned, read back at its owner, unassigned and stock again', async () => {
    const {acs_user_id} = await user()
    const stock = await create({acs_system_id: house, access_method: 'card', card_uid: freshUid()})
    const {acs_credential_id} = stock
    assert.equal(stock.acs_user_id, undefined)
    await seam().acs.credentials.assign({acs_credential_id, acs_user_id})
    assert.deepEqual(ids(await seam().acs.credentials.list({acs_user_id}), 'acs_credential_id'), [acs_credential_id])
    await seam().acs.credentials.unassign({acs_credential_id, acs_user_id})
    assert.equal((await get(acs_credential_id)).acs_user_id, undefined)
    assert.deepEqual(await seam().acs.credentials.list({acs_user_id}), [])
    const returned = await site.post('/acs/credentials/assign', {acs_credential_id, acs_user_id})
    assert.equal(returned.body.acs_credential.acs_user_id, acs_user_id)
    await refused(generation, seam().acs.credentials.assign({acs_credential_id: unknownId(), acs_user_id}), 404, 'acs_credential_not_found')
    await refused(generation, seam().acs.credentials.assign({acs_credential_id, acs_user_id: unknownId()}), 404, 'acs_user_not_found')
  })

  test('a deleted credential is gone for every reader', async () => {
    const {acs_user_id} = await user()
    const {acs_credential_id} = await create({acs_user_id, access_method: 'card', card_uid: freshUid()})
    assert.equal(await seam().acs.credentials.delete({acs_credential_id}), undefined)
    await refused(generation, get(acs_credential_id), 404, 'acs_credential_not_found')
    await refused(generation, seam().acs.credentials.delete({acs_credential_id}), 404, 'acs_credential_not_found')
    assert.deepEqual(await seam().acs.credentials.list({acs_user_id}), [])
  })

  test('a list holds entrances of its own system that exist, and opens those alone', async () => {
    const {acs_user_id} = await user()
    const card = {acs_user_id, access_method: 'card', card_uid: freshUid()}
    const elsewhere = await site.post('/acs/credentials/create', {...card, allowed_acs_entrance_ids: [yard]})
    assert.equal(elsewhere.status, 400)
    await refused(generation, create({...card, allowed_acs_entrance_ids: [unknownId()]}), 404, 'acs_entrance_not_found')
    const {acs_credential_id} = await create({...card, allowed_acs_entrance_ids: [rear]})
    assert.deepEqual(ids(await seam().acs.entrances.list({acs_credential_id}), 'acs_entrance_id'), [rear])
  })

  test('the same card twice in a system, or for two people of a workspace, is refused', async () => {
    const card_uid = freshUid()
    const ada = (await seam().userIdentities.create({full_name: 'Ada Lind'})).user_identity_id
    const bo = (await seam().userIdentities.create({full_name: 'Bo Marsh'})).user_identity_id
    const users = {adaHouse: await user({user_identity_id: ada}), adaBoats: await user({user_identity_id: ada, acs_system_id: boats}), boHouse: await user({user_identity_id: bo}), boBoats: await user({user_identity_id: bo, acs_system_id: boats})}
    const card = (who) => create({acs_user_id: users[who].acs_user_id, access_method: 'card', card_uid})
    const first = await card('adaHouse')
    await refused(generation, card('adaHouse'), 409, 'card_number_in_use')
    await refused(generation, card('boHouse'), 409, 'card_number_in_use')
    await refused(generation, card('boBoats'), 409, 'card_number_in_use')
    const second = await card('adaBoats')
    assert.equal(second.card_uid, card_uid)
    assert.deepEqual(await seam().acs.credentials.list({acs_user_id: users.boBoats.acs_user_id}), [])
    for (const {acs_credential_id} of [first, second]) await seam().acs.credentials.delete({acs_credential_id})
    assert.equal((await card('boBoats')).card_uid, card_uid)
  })

  test('card numbers clash with their facility, not without it', async () => {
    const {acs_user_id} = await user()
    const card_number = number()
    const card = (facility_code) => create({acs_user_id, access_method: 'card', card_number, facility_code, card_format: 'h10301'})
    await card(110)
    await refused(generation, card(110), 409, 'card_number_in_use')
    assert.equal((await card(111)).facility_code, 111)
  })

  test('assigning a card to a second person who would then share it is refused and leaves it unassigned', async () => {
    const card_uid = freshUid()
    const people = []
    for (const [full_name, acs_system_id] of [['Ada Lind', house], ['Bo Marsh', boats]]) {
      const {user_identity_id} = await seam().userIdentities.create({full_name})
      people.push({user_identity_id, ...(await user({user_identity_id, acs_system_id}))})
    }
    const [ada, bo] = people
    const first = await create({acs_user_id: ada.acs_user_id, access_method: 'card', card_uid})
    const {acs_credential_id} = await create({acs_user_id: (await user({user_identity_id: ada.user_identity_id, acs_system_id: boats})).acs_user_id, access_method: 'card', card_uid})
    await seam().acs.credentials.unassign({acs_credential_id, user_identity_id: ada.user_identity_id}).catch((error) => assert.equal(error.code, 'card_number_in_use'))
    await refused(generation, seam().acs.credentials.assign({acs_credential_id, acs_user_id: bo.acs_user_id}), 409, 'card_number_in_use')
    assert.notEqual((await get(acs_credential_id)).acs_user_id, bo.acs_user_id)
    assert.equal((await get(first.acs_credential_id)).acs_user_id, ada.acs_user_id)
  })

  test('windows end in the future and after they start', async () => {
    const {acs_user_id} = await user()
    for (const times of [{ends_at: hours(-1)}, {starts_at: hours(3), ends_at: hours(2)}]) {
      const error = await refused(generation, create({acs_user_id, access_method: 'card', card_uid: freshUid(), ...times}), 400, 'invalid_input')
      assert.ok(error.getValidationErrorMessages('ends_at').length > 0)
    }
    assert.deepEqual(await seam().acs.credentials.list({acs_user_id}), [])
  })

  test('list filters by user, system, identity, search and time', async () => {
    const {user_identity_id} = await seam().userIdentities.create({full_name: 'Gia Berg'})
    const {acs_user_id} = await user({user_identity_id})
    const card_number = number()
    const {acs_credential_id} = await create({acs_user_id, access_method: 'card', card_number, facility_code: 7, card_format: 'h10301'})
    const list = (filter) => seam().acs.credentials.list(filter).then((rows) => ids(rows, 'acs_credential_id'))
    for (const filter of [{acs_user_id}, {user_identity_id}, {acs_system_id: house, acs_user_id}]) assert.deepEqual(await list(filter), [acs_credential_id])
    assert.ok((await list({acs_system_id: house})).includes(acs_credential_id))
    assert.ok(!(await list({acs_system_id: boats})).includes(acs_credential_id))
    assert.deepEqual(await list({acs_user_id, created_before: '2020-01-01T00:00:00Z'}), [])
    assert.deepEqual(await list({acs_user_id: unknownId()}), [])
    assert.deepEqual(await list({acs_user_id, search: 'no such credential'}), [])
  })
})
