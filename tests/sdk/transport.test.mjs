import {test} from 'node:test'
import assert from 'node:assert/strict'
import {connect} from 'node:net'
import {request as rawRequest} from 'node:http'
import {eachGeneration, fresh, ids, onGateway, refused} from './lib/suite.mjs'

/// A request `fetch` cannot make, like a GET with a body. Answers {status, body}.
const raw = (url, {method, headers, body}) => new Promise((resolve, reject) => {
  const sent = rawRequest(url, {method, headers: {...headers, 'content-length': Buffer.byteLength(body)}}, (answer) => {
    let text = ''
    answer.on('data', (chunk) => { text += chunk }).on('end', () => resolve({status: answer.statusCode, body: JSON.parse(text)}))
  })
  sent.once('error', reject).end(body)
})

eachGeneration('keys', (site, generation) => {
  test('an unknown key is refused with the class the SDK has for it', async () => {
    const stranger = new generation.module.Seam({apiKey: 'seam_nobody0123456789abcdefghijklmnop', endpoint: site.url})
    await refused(generation, stranger.userIdentities.list(), 401)
  })
})

onGateway('transport', (site) => {
  const error = (answer) => [answer.status, answer.body?.error?.type]

  test('without a key, with another scheme or a wrong key nothing is answered but 401', async () => {
    for (const options of [{key: null}, {headers: {authorization: `Basic ${site.keys.harbour}`}}, {key: `${site.keys.harbour}x`}, {headers: {authorization: 'Bearer '}}])
      assert.deepEqual(error(await site.post('/user_identities/list', {}, options)), [401, 'unauthorized'])
  })

  test('no endpoint that belongs to a workspace answers without a key', async () => {
    const {paths} = (await site.request('GET', '/openapi.json', {key: null})).body
    const closed = Object.keys(paths).filter((path) => path !== '/health')
    assert.ok(closed.length > 45)
    for (const path of closed)
      for (const verb of Object.keys(paths[path])) {
        const answer = await site.request(verb.toUpperCase(), path, {key: null})
        const expected = paths[path][verb]['x-policy'] === 'local_admin' ? [403, 'forbidden'] : [401, 'unauthorized']
        assert.deepEqual(error(answer), expected, `${verb} ${path}`)
      }
  })

  test('every other verb than POST and its own is 405 on every endpoint, and says which are served', async () => {
    const {paths} = (await site.request('GET', '/openapi.json', {key: null})).body
    for (const path of [...Object.keys(paths), '/openapi.json'])
      for (const verb of ['GET', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']) {
        if (paths[path]?.[verb.toLowerCase()] || (path === '/openapi.json' && verb === 'GET')) continue
        const answer = await site.request(verb, path)
        assert.deepEqual(error(answer), [405, 'method_not_allowed'], `${verb} ${path}`)
        assert.match(answer.headers.get('allow'), /^POST/)
      }
    const head = await site.request('HEAD', '/user_identities/list')
    assert.deepEqual([head.status, head.body], [405, undefined])
  })

  test('health answers without a key', async () => {
    assert.equal((await site.request('GET', '/health', {key: null})).status, 200)
  })

  test('an unknown route is 404 in JSON, a wrong verb 405', async () => {
    assert.deepEqual(error(await site.post('/user_identities/dance')), [404, 'not_found'])
    assert.deepEqual(error(await site.post('/')), [404, 'not_found'])
    for (const [verb, path] of [['PUT', '/user_identities/get'], ['GET', '/user_identities/create'], ['DELETE', '/acs/users/list'], ['PATCH', '/acs/users/create'], ['GET', '/acs/users/delete']]) {
      const answer = await site.request(verb, path)
      assert.deepEqual(error(answer), [405, 'method_not_allowed'], `${verb} ${path}`)
      assert.match(answer.body.error.message, /POST/)
    }
  })

  test('every request gets an id of its own, failures too', async () => {
    const seen = new Set()
    for (const answer of [await site.post('/user_identities/list'), await site.post('/user_identities/list'), await site.post('/nowhere'), await site.post('/user_identities/list', {}, {key: null})])
      seen.add(answer.headers.get('seam-request-id'))
    assert.equal(seen.size, 4)
    assert.ok(!seen.has(null))
  })

  test('a body that is no JSON object is invalid input', async () => {
    for (const body of ['{"full_name": ', '[]', '"text"', '7', 'null', '{"full_name":"a"} trailing', '\u0000']) {
      assert.deepEqual(error(await site.post('/user_identities/create', body)), [400, 'invalid_input'], body)
    }
    assert.deepEqual((await site.post('/user_identities/list')).body.user_identities, [])
  })

  test('an absent body counts as {}, whatever its content type says', async () => {
    for (const headers of [{}, {'content-type': 'application/x-www-form-urlencoded'}, {'content-type': 'application/json'}]) {
      const answer = await site.request('POST', '/user_identities/list', {headers})
      assert.equal(answer.status, 200, JSON.stringify(headers))
    }
  })

  test('a body deeper or larger than any request needs is refused, and the gateway goes on', async () => {
    const deep = `{"full_name":${'['.repeat(5000)}${']'.repeat(5000)}}`
    assert.equal((await site.post('/user_identities/create', deep)).status, 400)
    const large = JSON.stringify({full_name: 'x'.repeat(2 << 20)})
    const answer = await site.post('/user_identities/create', large).catch((reason) => ({status: 413, reason}))
    assert.ok([400, 413].includes(answer.status), `${answer.status}`)
    assert.equal((await site.post('/user_identities/list')).status, 200)
  })

  test('unknown parameters are dropped: newer clients send new ones', async () => {
    const made = await site.post('/user_identities/create', {full_name: 'Ada Lind', shoe_size: 41})
    assert.equal(made.status, 200)
    assert.equal(made.body.user_identity.shoe_size, undefined)
  })

  test('POST and the semantic verb of an endpoint do the same', async () => {
    const made = (await site.post('/user_identities/create', {full_name: 'Bo Marsh'})).body.user_identity
    const id = made.user_identity_id
    const get = () => site.request('GET', `/user_identities/get?user_identity_id=${id}&_strict=true`)
    assert.deepEqual((await get()).body, (await site.post('/user_identities/get', {user_identity_id: id})).body)
    for (const verb of ['PATCH', 'POST']) {
      const full_name = `By ${verb} ${fresh()}`
      assert.equal((await site.request(verb, '/user_identities/update', {body: {user_identity_id: id, full_name}})).status, 200)
      assert.equal((await get()).body.user_identity.full_name, full_name)
    }
    assert.equal((await site.request('DELETE', `/user_identities/delete?user_identity_id=${id}&_strict=true`)).status, 200)
    assert.deepEqual(error(await get()), [404, 'user_identity_not_found'])
    assert.deepEqual(error(await site.post('/user_identities/delete', {user_identity_id: id})), [404, 'user_identity_not_found'])
  })

  test('a GET with a JSON body and no query is understood', async () => {
    const {user_identity_id} = (await site.post('/user_identities/create', {full_name: 'Cleo Vance'})).body.user_identity
    const answer = await raw(`${site.url}/user_identities/get`, {
      method: 'GET', headers: {authorization: `Bearer ${site.keys.harbour}`, 'content-type': 'application/json'}, body: JSON.stringify({user_identity_id}),
    })
    assert.equal(answer.body.user_identity?.full_name, 'Cleo Vance')
  })

  test('lists in a query are repeated keys, k[]=, or joined by commas', async () => {
    const rows = []
    for (const name of ['One', 'Two', 'Three']) rows.push((await site.post('/user_identities/create', {full_name: name})).body.user_identity.user_identity_id)
    const [a, b] = rows
    for (const query of [`user_identity_ids=${a}&user_identity_ids=${b}`, `user_identity_ids[]=${a}&user_identity_ids[]=${b}`, `user_identity_ids%5B%5D=${a}&user_identity_ids%5B%5D=${b}`, `user_identity_ids=${a},${b}`]) {
      const {body} = await site.request('GET', `/user_identities/list?${query}&_strict=true`)
      assert.deepEqual(ids(body.user_identities, 'user_identity_id'), [a, b].sort(), query)
    }
    assert.equal((await site.request('GET', `/user_identities/list?user_identity_ids=${a}&_strict=true`)).body.user_identities.length, 1)
  })

  test('values in a query are decoded by their type', async () => {
    const full_name = `Åse & Øm = ${fresh()} +1`
    await site.post('/user_identities/create', {full_name})
    const find = (query) => site.request('GET', `/user_identities/list?${query}`)
    assert.equal((await find(new URLSearchParams({search: full_name, _strict: 'true'}))).body.user_identities.length, 1)
    assert.equal((await find(`search=${encodeURIComponent(full_name)}`)).body.user_identities.length, 1)
    assert.equal((await find(`search=${encodeURIComponent(full_name)}&created_before=1970-01-01T00%3A00%3A00.000Z`)).body.user_identities.length, 0)
    assert.equal((await find('limit=1&page_cursor=')).body.user_identities.length, 1)
    for (const wrong of ['limit=one', 'limit=1.5', 'limit=', 'created_before=yesterday', 'user_identity_ids=nobody']) {
      const answer = await find(wrong)
      assert.deepEqual(error(answer), [400, 'invalid_input'], wrong)
      assert.ok(answer.body.error.validation_errors[wrong.split('=')[0]], wrong)
    }
  })

  test('a query that is not well formed is refused, not guessed', async () => {
    for (const query of ['user_identity_id=%zz', 'user_identity_id=%ff%fe']) assert.equal((await site.request('GET', `/user_identities/get?${query}`)).status, 400, query)
  })

  test('two requests on one connection are answered in their order', {timeout: 10_000}, async () => {
    const {port} = new URL(site.url)
    const ask = (path) => `POST ${path} HTTP/1.1\r\nhost: gateway\r\nauthorization: Bearer ${site.keys.harbour}\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}`
    const socket = connect(Number(port), '127.0.0.1')
    let text = ''
    socket.unref()
    await new Promise((resolve, reject) => {
      socket.once('error', reject)
      socket.on('data', (chunk) => { text += chunk; if (text.includes('"acs_systems"') && text.includes('"workspace"')) resolve() })
      socket.write(ask('/workspaces/get') + ask('/acs/systems/list'))
    })
    socket.destroy()
    assert.ok(text.indexOf('"workspace"') < text.indexOf('"acs_systems"'))
  })
})
