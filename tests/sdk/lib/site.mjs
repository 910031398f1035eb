// One gatehoused for one test file: a small site of two workspaces, and an API key for each.
import {mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import path from 'node:path'
import {fileURLToPath} from 'node:url'
import {watch} from './wire.mjs'
import {client} from './sdk.mjs'
import {createKey, findPrograms, startGateway} from '../../../demo/stage/gateway.mjs'
import {freePort, startBroker} from '../../../demo/stage/broker.mjs'
import {startController} from '../../../demo/stage/controller.mjs'

const root = fileURLToPath(new URL('../../../', import.meta.url))
const template = readFileSync(new URL('../site.yaml', import.meta.url), 'utf8')

/// Starts the daemon. With `field` also a broker and a simulator for the controllers `front` and `rear`; without it the
/// controllers of the site are unreachable, which the API must bear. `policy` is put into the file as it stands.
export async function startSite({field = false, policy = ''} = {}) {
  const programs = findPrograms(root, ['dev', 'release'])
  const folder = mkdtempSync(path.join(tmpdir(), 'gh-sdk-'))
  const broker = field ? await startBroker(folder) : {url: `mqtt://127.0.0.1:${await freePort()}`, stop: async () => {}}
  const config = path.join(folder, 'gatehouse.yaml')
  writeFileSync(config, template.replace('BROKER_URL', broker.url).replace('# POLICY', policy))
  const controllers = {}
  if (field)
    for (const [name, ip] of [['front', '10.0.0.31'], ['rear', '10.0.0.32']])
      controllers[name] = await startController(programs, {name, folder, sockets: folder, broker: broker.url, topic: `sdk/${name}`, ip, hostname: name})
  const runtime = path.join(folder, 'run')
  const gateway = await startGateway(programs, {config, state: path.join(folder, 'state'), runtime, folder})
  const keys = {}
  for (const workspace of ['harbour', 'brightline']) keys[workspace] = await createKey(programs, {runtime, name: `test-${workspace}`, workspace})
  watch(gateway.url)
  return new Site({folder, broker, gateway, controllers, keys, programs, runtime})
}

class Site {
  constructor(parts) { Object.assign(this, parts) }

  get url() { return this.gateway.url }

  /// An SDK client of that generation, with the key of that workspace.
  sdk(generation, workspace = 'harbour') { return client(generation, this.url, this.keys[workspace]) }

  /// A request without any SDK. Answers {status, headers, body}; `body` is undefined when it was no JSON.
  async request(verb, target, {body, headers = {}, key = this.keys.harbour} = {}) {
    const answer = await fetch(this.url + target, {
      method: verb, body: typeof body === 'object' ? JSON.stringify(body) : body,
      headers: {...(key ? {authorization: `Bearer ${key}`} : {}), ...(body === undefined ? {} : {'content-type': 'application/json'}), ...headers},
    })
    const text = await answer.text()
    let content
    try { content = JSON.parse(text) } catch { content = undefined }
    return {status: answer.status, headers: answer.headers, body: content}
  }

  post(target, body = {}, options = {}) { return this.request('POST', target, {body, ...options}) }

  /// Ends everything. The daemon must go by itself, within 5 s and without an error.
  async stop() {
    const ended = await this.gateway.stop()
    for (const controller of Object.values(this.controllers)) await controller.stop()
    await this.broker.stop()
    if (!process.env.GATEHOUSE_KEEP) rmSync(this.folder, {recursive: true, force: true})
    if (!ended.inTime || ended.code !== 0) throw new Error(`gatehoused did not end well on SIGTERM: ${JSON.stringify(ended)}`)
  }
}
