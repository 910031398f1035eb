// Each parameter of each endpoint, made wrong. The endpoints are those the daemon lists; what is wrong is made from the
// document of Seam, and for the parameters Seam does not know from the daemon's own.
import {before, test} from 'node:test'
import assert from 'node:assert/strict'
import {readFileSync} from 'node:fs'
import {onGateway} from './lib/suite.mjs'
import {parametersOf, paths as seamPaths} from './lib/schema.mjs'
import {validValue, wrongQueries, wrongValues} from './lib/wrong.mjs'

const issued = JSON.parse(readFileSync(new URL('./endpoints.json', import.meta.url), 'utf8'))
const extensions = ['/gatehouse/access/list', '/gatehouse/residual_access/list', '/gatehouse/controllers/list']
const notOverTcp = ['/gatehouse/tokens/create', '/gatehouse/controllers/adopt']
const openLists = ['device_type', 'device_types', 'manufacturer'] // names of vendors: a name not known here matches nothing, as newer clients bring new ones

onGateway('parameters', (site) => {
  let served
  before(async () => { served = (await site.request('GET', '/openapi.json')).body })

  /// Parameters the daemon declares for a path: with Seam's schema where Seam has one.
  const declared = (path) => {
    const own = parametersOf(path, served)
    const seam = seamPaths[path] ? parametersOf(path) : {required: [], properties: {}}
    const properties = Object.fromEntries(Object.keys(own.properties).map((name) => [name, (openLists.includes(name) ? undefined : seam.properties[name]) ?? own.properties[name]]))
    const required = new Set([...own.required, ...seam.required])
    return {properties, required: [...required].filter((name) => properties[name])}
  }
  const endpoints = () => Object.keys(served.paths).filter((path) => served.paths[path].post && !notOverTcp.includes(path)).sort()
  const fill = ({properties, required}, but) => Object.fromEntries(required.filter((name) => name !== but).map((name) => [name, validValue(properties[name])]))

  function assertNamed(answer, name, others, what) {
    assert.deepEqual([answer.status, answer.body?.error?.type], [400, 'invalid_input'], `${what}: ${JSON.stringify(answer.body)}`)
    const found = answer.body.error.validation_errors ?? {}
    assert.ok(JSON.stringify(found[name] ?? {}).match(/"_errors":\["/), `${what} does not name ${name}: ${JSON.stringify(found)}`)
    for (const other of others) assert.equal(found[other], undefined, `${what} blames ${other} as well`)
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
        for (const [name, schema] of Object.entries(parameters.properties)) {
          const others = fill(parameters, name)
          const wrong = wrongValues(schema)
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
        for (const [name, schema] of Object.entries(parameters.properties)) {
          const others = fill(parameters, name)
          for (const value of wrongQueries(schema)) {
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

  test('several wrong parameters are all named and counted', async () => {
    const {body} = await site.post('/user_identities/create', {email_address: 'nobody', phone_number: 'none', full_name: ''})
    assert.deepEqual(Object.keys(body.error.validation_errors).filter((name) => name !== '_errors').sort(), ['email_address', 'full_name', 'phone_number'])
    assert.match(body.error.message, /3/)
  })

  test('after all of that the workspace is as empty as before', async () => {
    for (const [path, key] of [['/user_identities/list', 'user_identities'], ['/acs/users/list', 'acs_users'], ['/acs/credentials/list', 'acs_credentials']])
      assert.deepEqual((await site.post(path)).body[key], [], path)
  })
})
