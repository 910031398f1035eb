// Each parameter of each endpoint, made wrong. The endpoints are those the daemon lists; what is wrong is made from the
// document of Seam, and for the parameters Seam does not know from the daemon's own.
import {before, test} from 'node:test'
import assert from 'node:assert/strict'
import {readFileSync} from 'node:fs'
import {onGateway} from './lib/suite.mjs'
import {parametersOf, paths as seamPaths} from './lib/schema.mjs'
import {local} from './lib/local.mjs'
import {validValue, wrongQueries, wrongValues} from './lib/wrong.mjs'

const issued = JSON.parse(readFileSync(new URL('./endpoints.json', import.meta.url), 'utf8'))
const extensions = ['/gatehouse/access/list', '/gatehouse/access/who', '/gatehouse/access/why', '/gatehouse/controllers/expected',
  '/gatehouse/user_identities/freeze', '/gatehouse/user_identities/unfreeze', '/gatehouse/acs_users/suspend', '/gatehouse/acs_users/unsuspend', '/gatehouse/residual_access/list', '/gatehouse/controllers/list']
const openLists = ['device_type', 'device_types', 'manufacturer'] // names of vendors: a name not known here matches nothing, as newer clients bring new ones

onGateway('parameters', (site) => {
  let served
  before(async () => { served = (await site.request('GET', '/openapi.json')).body })

  /// Parameters the daemon declares for a path: with Seam's schema where Seam has one, and with the daemon's own, whose bounds are closer.
  const declared = (path) => {
    const own = parametersOf(path, served)
    const seam = seamPaths[path] ? parametersOf(path) : {required: [], properties: {}}
    const schemas = Object.fromEntries(Object.keys(own.properties).map((name) => [name, [openLists.includes(name) ? undefined : seam.properties[name], own.properties[name]].filter(Boolean)]))
    const properties = Object.fromEntries(Object.entries(schemas).map(([name, [first]]) => [name, first]))
    const required = new Set([...own.required, ...seam.required])
    const closest = Object.fromEntries(Object.entries(schemas).map(([name, all]) => [name, all.at(-1)]))
    return {properties, closest, schemas, required: [...required].filter((name) => properties[name])}
  }
  const wrongOf = (schemas) => [...new Map(schemas.flatMap(wrongValues).map(([word, value]) => [JSON.stringify(value), [word, value]])).values()]
  const isLocal = (path) => served.paths[path].post?.['x-policy'] === 'local_admin' // these are not served over TCP
  const endpoints = () => Object.keys(served.paths).filter((path) => served.paths[path].post && !isLocal(path)).sort()
  const fill = ({closest, required}, but) => Object.fromEntries(required.filter((name) => name !== but).map((name) => [name, validValue(closest[name])]))

  function assertNamed(answer, name, others, what) {
    assert.deepEqual([answer.status, answer.body?.error?.type], [400, 'invalid_input'], `${what}: ${JSON.stringify(answer.body)}`)
    const found = answer.body.error.validation_errors ?? {}
    assert.ok(JSON.stringify(found[name] ?? {}).match(/"_errors":\["/), `${what} does not name ${name}: ${JSON.stringify(found)}`)
    for (const other of others) assert.equal(found[other], undefined, `${what} blames ${other} as well`)
    assert.equal(answer.body.ok, false)
    assert.ok(Array.isArray(found._errors), what)
    assert.ok(answer.body.error.message.includes(name), `${what}: the message does not name it: ${answer.body.error.message}`)
    assert.equal(answer.body.error.data, undefined, what)
  }

  test('the served document lists every endpoint, with POST and the verb of its meaning', () => {
    for (const path of issued) {
      assert.ok(served.paths[path], `${path} is missing`)
      for (const verb of Object.keys(seamPaths[path])) assert.ok(served.paths[path][verb], `${verb.toUpperCase()} ${path} is missing`)
    }
    for (const path of extensions) assert.ok(served.paths[path]?.post, `${path} is missing`)
  })

  test('the served document declares every parameter that Seam requires', () => {
    for (const path of issued) {
      const own = parametersOf(path, served)
      for (const name of parametersOf(path).required) assert.ok(own.required.includes(name), `${path}: ${name}`)
    }
  })

  test('a wrong value in a body is refused and named', async (t) => {
    for (const path of endpoints())
      await t.test(path, async () => {
        const parameters = declared(path)
        for (const [name, schemas] of Object.entries(parameters.schemas)) {
          const others = fill(parameters, name)
          const wrong = wrongOf(schemas)
          assert.ok(wrong.length > 0, `${path}: ${name} is declared without a type`)
          for (const [word, value] of wrong)
            assertNamed(await site.post(path, {...others, [name]: value}), name, Object.keys(others), `${path} with ${name} = ${word}`)
        }
      })
  })

  test('a wrong value in a query is refused and named', async (t) => {
    for (const path of endpoints()) {
      const verb = ['get', 'delete'].find((one) => served.paths[path][one])
      if (!verb) continue
      await t.test(`${verb.toUpperCase()} ${path}`, async () => {
        const parameters = declared(path)
        for (const [name, schemas] of Object.entries(parameters.schemas)) {
          const others = fill(parameters, name)
          for (const value of new Set(schemas.flatMap(wrongQueries))) {
            const query = new URLSearchParams({...others, [name]: value, _strict: 'true'})
            assertNamed(await site.request(verb.toUpperCase(), `${path}?${query}`), name, Object.keys(others), `${verb} ${path} with ${name}=${value}`)
          }
        }
      })
    }
  })

  test('a required parameter that is left out is named', async (t) => {
    for (const path of endpoints()) {
      const parameters = declared(path)
      if (parameters.required.length === 0) continue
      await t.test(path, async () => {
        for (const name of parameters.required) {
          const others = fill(parameters, name)
          assertNamed(await site.post(path, others), name, Object.keys(others), `${path} without ${name}`)
        }
      })
    }
  })

  test('a wrong value on the Unix socket is refused and named', async (t) => {
    for (const path of Object.keys(served.paths).filter(isLocal))
      await t.test(path, async () => {
        assert.deepEqual([(await site.post(path)).status], [403], `${path} over TCP`)
        const parameters = declared(path)
        assert.ok(/\/(plan|get|accept)$/.test(path) || Object.keys(parameters.schemas).length > 0)
        for (const [name, schemas] of Object.entries(parameters.schemas)) {
          const others = fill(parameters, name)
          for (const [word, value] of wrongOf(schemas)) assertNamed(await local(site, path, {...others, [name]: value}), name, Object.keys(others), `${path} with ${name} = ${word}`)
          if (parameters.required.includes(name)) assertNamed(await local(site, path, others), name, Object.keys(others), `${path} without ${name}`)
        }
      })
  })

  const refusedAsAWhole = (answer, what) => {
    assert.deepEqual([answer.status, answer.body?.error?.type], [400, 'invalid_input'], `${what}: ${JSON.stringify(answer.body)}`)
    assert.deepEqual(Object.keys(answer.body.error.validation_errors), ['_errors'], what)
    assert.ok(answer.body.error.message.length > 0, what)
  }

  test('a body that is no JSON object is refused by every endpoint', async () => {
    for (const path of endpoints())
      for (const body of ['{"a": ', '[]', '"text"', '7', 'null', '{"a":1} b', '{"a":"\\ud800"}', `{"a":${'['.repeat(64)}${']'.repeat(64)}}`])
        refusedAsAWhole(await site.post(path, body), `${path} with ${body}`)
  })

  test('a query that is not well formed is refused by every endpoint', async () => {
    for (const path of endpoints()) {
      const verb = ['get', 'delete'].find((one) => served.paths[path][one])?.toUpperCase()
      if (!verb) continue
      for (const query of ['a=%zz', 'a=%', 'a=%ff', '%c3=b', Array.from({length: 1001}, () => 'a=b').join('&')]) refusedAsAWhole(await site.request(verb, `${path}?${query}`), `${verb} ${path}?${query}`)
    }
  })

  test('a scalar given twice in a query is refused and named', async () => {
    for (const path of endpoints()) {
      const verb = ['get', 'delete'].find((one) => served.paths[path][one])?.toUpperCase()
      const parameters = declared(path)
      for (const [name, schema] of Object.entries(verb ? parameters.properties : {})) {
        if (['array', 'object'].includes(schema.type)) continue
        const others = fill(parameters, name)
        const value = encodeURIComponent(validValue(schema))
        assertNamed(await site.request(verb, `${path}?${name}=${value}&${name}=${value}&${new URLSearchParams(others)}`), name, Object.keys(others), `${verb} ${path} with ${name} twice`)
      }
    }
  })

  test('an unknown parameter is dropped, or refused where the endpoint is our own, and a wrong content type is borne by every endpoint', async () => {
    const shape = ({status, body}) => [status, body?.error?.type, body?.error?.message]
    for (const path of endpoints()) {
      const parameters = fill(declared(path))
      const before = await site.post(path, parameters)
      const odd = await site.post(path, {...parameters, shoe_size: {left: 41}})
      if (path.startsWith('/gatehouse/')) assert.deepEqual(shape(odd), [400, 'invalid_input', 'Unknown parameter for "shoe_size"'], path)
      else assert.deepEqual(shape(odd), shape(before), `${path} with shoe_size`)
      for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'application/json; charset=latin1'])
        assert.deepEqual(shape(await site.post(path, parameters, {headers: {'content-type': type}})), shape(before), `${path} as ${type}`)
    }
  })

  test('what Seam takes and this gateway does not serve passes, however near it is to what is served', async (t) => {
    for (const path of endpoints().filter((one) => seamPaths[one])) {
      const own = declared(path).properties
      const seam = parametersOf(path).properties
      const others = Object.keys(seam).filter((name) => !own[name])
      if (others.length === 0) continue
      await t.test(path, async () => {
        for (const name of others) {
          const {status, body, headers} = await site.post(path, {...fill(declared(path)), [name]: validValue(seam[name])})
          assert.doesNotMatch(JSON.stringify(body), /did you mean/, `${path} with ${name}`)
          if (status === 200) assert.equal(headers.get('gatehouse-ignored-parameters'), name, `${path} with ${name}`)
        }
      })
    }
  })

  test('several wrong parameters are all named and counted', async () => {
    const {body} = await site.post('/user_identities/create', {email_address: 'nobody', phone_number: 'none', full_name: ''})
    assert.deepEqual(Object.keys(body.error.validation_errors).filter((name) => name !== '_errors').sort(), ['email_address', 'full_name', 'phone_number'])
    assert.match(body.error.message, /3/)
  })

  test('after all of that the workspace holds nothing but what {} made', async () => {
    for (const {user_identity_id} of (await site.post('/user_identities/list')).body.user_identities) await site.post('/user_identities/delete', {user_identity_id}) // of {}, which is legal
    for (const [path, key] of [['/user_identities/list', 'user_identities'], ['/acs/users/list', 'acs_users'], ['/acs/credentials/list', 'acs_credentials']])
      assert.deepEqual((await site.post(path)).body[key], [], path)
  })
})
