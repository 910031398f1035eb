// Everything the story needs: a broker, a gateway on a fresh state folder, and one simulated controller for each device of config/demo.yaml.
import {mkdirSync, readFileSync, writeFileSync} from 'node:fs'
import path from 'node:path'
import {parseDocument} from 'yaml'
import {startBroker} from './stage/broker.mjs'
import {startController} from './stage/controller.mjs'
import {createKey, findPrograms, startGateway} from './stage/gateway.mjs'

/// Answers {broker, gateway, controllers, key, config, site}. `controllers` are in the order of the file; each knows its `door`.
export async function setStage({root, folder, sockets}) {
  const programs = findPrograms(root)
  const broker = await startBroker(folder)
  const config = path.join(folder, 'gatehouse.yaml')
  const site = rewriteSite(path.join(root, 'config/demo.yaml'), config, broker.url)

  const controllers = []
  for (const [key, device] of Object.entries(site.devices)) {
    const more = ['--seed', String(controllers.length + 1), '--heartbeat-s', '5']
    const controller = await startController(programs, {name: key, folder, sockets, broker: broker.url, ...device.params, more})
    controllers.push({...controller, door: doorOf(site, key)})
  }
  if (controllers.length < 2) throw new Error('config/demo.yaml has fewer than two devices')

  const runtime = path.join(sockets, 'run')
  mkdirSync(runtime, {mode: 0o700})
  const gateway = await startGateway(programs, {config, state: path.join(folder, 'state'), runtime, folder})
  const key = await createKey(programs, {runtime, name: 'demo', workspace: Object.keys(site.workspaces)[0]})
  return {broker, gateway, controllers, key, config, site}
}

/// The demo's site with this run's broker, port and topics; everything else stays as the file has it.
function rewriteSite(from, to, brokerUrl) {
  const document = parseDocument(readFileSync(from, 'utf8'))
  if (document.errors.length > 0) throw document.errors[0]
  const {lines, devices} = document.toJS()
  document.setIn(['http', 'listen'], ['127.0.0.1:0'])
  for (const key of Object.keys(lines)) document.setIn(['lines', key, 'url'], brokerUrl)
  for (const key of Object.keys(devices)) document.setIn(['devices', key, 'params', 'topic'], `gatehouse-demo-${process.pid}/${key}`)
  writeFileSync(to, document.toString({lineWidth: 0}), {mode: 0o600})
  return document.toJS()
}

/// The name the API shows for the door whose strike is on this device.
function doorOf(site, device) {
  const [key, door] = Object.entries(site.doors).find(([, one]) => one.strike.split('/')[0] === device)
  return door.name ?? key
}
