import {before, test} from 'node:test'
import assert from 'node:assert/strict'
import {eachGeneration, fresh, freshUid, ids} from './lib/suite.mjs'

eachGeneration('pages', (site, generation) => {
  const seam = () => site.sdk(generation)
  const mark = `Page${generation.name.replace(/\W/g, '')}`
  let people
  before(async () => {
    const house = (await seam().acs.systems.list()).find((row) => row.name === 'House').acs_system_id
    people = []
    for (let i = 0; i < 7; ++i) {
      people.push(await seam().userIdentities.create({full_name: `${mark} ${i}`}))
      const {acs_user_id} = await seam().acs.users.create({acs_system_id: house, full_name: `${mark} ${i}`})
      await seam().acs.credentials.create({acs_user_id, access_method: 'card', card_uid: freshUid()})
    }
  })
  const page = (body) => site.post('/user_identities/list', body)
  const walk = (request) => seam().createPaginator(request).flattenToArray()

  test('a paginator of the SDK brings every row once, in an order that stays', async () => {
    for (const limit of [1, 2, 3, 6, 7, 100]) {
      const rows = await walk(seam().userIdentities.list({search: mark, limit}))
      assert.deepEqual(rows.map((row) => row.full_name), people.map((row) => row.full_name), `limit ${limit}`)
    }
  })

  test('every paged list pages: users, credentials, entrances, devices', async () => {
    const lists = [
      [(limit) => seam().acs.users.list({search: mark, limit}), 'acs_user_id', 7], [(limit) => seam().acs.credentials.list({limit}), 'acs_credential_id', 7],
      [(limit) => seam().acs.entrances.list({limit}), 'acs_entrance_id', 3], [(limit) => seam().devices.list({limit}), 'device_id', 3],
    ]
    for (const [list, name, least] of lists) {
      const whole = await list(500)
      assert.ok(whole.length >= least, name)
      assert.deepEqual((await walk(list(2))).map((row) => row[name]), whole.map((row) => row[name]), name)
    }
  })

  test('pages say how to go on: flag, cursor and an absolute URL that carries page_cursor', async () => {
    const [rows, state] = await seam().createPaginator(seam().userIdentities.list({search: mark, limit: 5})).firstPage()
    assert.equal(rows.length, 5)
    assert.equal(state.hasNextPage, true)
    const next = new URL(state.nextPageUrl)
    assert.equal(next.origin, new URL(site.url).origin)
    assert.equal(next.searchParams.get('page_cursor'), state.nextPageCursor)
    const followed = await site.request('GET', next.pathname + next.search)
    assert.deepEqual(followed.body.user_identities.map((row) => row.full_name), [`${mark} 5`, `${mark} 6`])
    assert.deepEqual(followed.body.pagination, {has_next_page: false, next_page_cursor: null, next_page_url: null})
  })

  test('a last page that is exactly full has no next page', async () => {
    const {body} = await page({search: mark, limit: 7})
    assert.deepEqual([body.user_identities.length, body.pagination.has_next_page], [7, false])
    assert.deepEqual((await page({search: `no-${mark}`})).body.pagination, {has_next_page: false, next_page_cursor: null, next_page_url: null})
  })

  test('a cursor works with POST and with GET, and is bound to the other parameters', async () => {
    const {next_page_cursor} = (await page({search: mark, limit: 3})).body.pagination
    const names = [3, 4, 5].map((i) => `${mark} ${i}`)
    assert.deepEqual((await page({search: mark, limit: 3, page_cursor: next_page_cursor})).body.user_identities.map((row) => row.full_name), names)
    const query = new URLSearchParams({search: mark, limit: '3', page_cursor: next_page_cursor, _strict: 'true'})
    assert.deepEqual((await site.request('GET', `/user_identities/list?${query}`)).body.user_identities.map((row) => row.full_name), names)
    for (const changed of [{search: `${mark} `, limit: 3}, {limit: 3}, {search: mark, limit: 3, created_before: '2999-01-01T00:00:00Z'}]) {
      const answer = await page({...changed, page_cursor: next_page_cursor})
      assert.deepEqual([answer.status, answer.body.error?.type], [400, 'mismatched_page_parameters'], JSON.stringify(changed))
    }
  })

  test('a cursor of another list or of nobody is refused', async () => {
    const {next_page_cursor} = (await page({search: mark, limit: 3})).body.pagination
    for (const page_cursor of ['garbage', 'AAAA', `${next_page_cursor}x`]) {
      const answer = await page({search: mark, limit: 3, page_cursor})
      assert.equal(answer.status, 400, page_cursor)
    }
    assert.equal((await site.post('/acs/users/list', {search: mark, limit: 3, page_cursor: next_page_cursor})).status, 400)
    assert.equal((await page({search: mark, limit: 3, page_cursor: null})).body.user_identities.length, 3)
  })

  test('a limit is a whole number above zero', async () => {
    for (const limit of [0, -1, 1.5, '3', true]) {
      const answer = await page({limit})
      assert.deepEqual([answer.status, answer.body.error?.type], [400, 'invalid_input'], String(limit))
      assert.ok(answer.body.error.validation_errors.limit._errors.length > 0)
    }
    assert.equal((await page({limit: 1_000_000})).status, 200)
  })

  test('rows that come or go between two pages make no other row appear twice or not at all', async () => {
    const own = `${mark}moving`
    const rows = []
    for (let i = 0; i < 6; ++i) rows.push(await seam().userIdentities.create({full_name: `${own} ${i} ${fresh()}`}))
    const first = (await page({search: own, limit: 3})).body
    await seam().userIdentities.delete({user_identity_id: rows[1].user_identity_id})
    await seam().userIdentities.delete({user_identity_id: rows[2].user_identity_id})
    const late = await seam().userIdentities.create({full_name: `${own} late`})
    const second = (await page({search: own, limit: 3, page_cursor: first.pagination.next_page_cursor})).body
    assert.deepEqual(second.user_identities.map((row) => row.user_identity_id), rows.slice(3).map((row) => row.user_identity_id))
    const third = (await page({search: own, limit: 3, page_cursor: second.pagination.next_page_cursor})).body
    assert.deepEqual(ids(third.user_identities, 'user_identity_id'), [late.user_identity_id])
  })
})
