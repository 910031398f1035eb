// A real gatehoused with its own state, runtime folder and configuration file.
import {chmodSync, copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync} from 'node:fs'
import path from 'node:path'
import {start, run, eventually, tail} from './program.mjs'

/// Where the built programs are; every one may be named by the environment.
export function findPrograms(root, presets = ['release', 'dev']) {
  const builds = process.env.GATEHOUSE_BUILD ? [process.env.GATEHOUSE_BUILD] : presets.map((name) => path.join(root, 'build', name))
  const build = builds.find((folder) => existsSync(path.join(folder, 'daemon/gatehoused'))) ?? builds[0]
  const programs = {
    daemon: process.env.GATEHOUSED ?? path.join(build, 'daemon/gatehoused'),
    simulator: process.env.GATEHOUSE_SIM ?? path.join(build, 'simulators/gatehouse-sim'),
    driver: process.env.GATEHOUSE_DRIVER_MQTT ?? path.join(build, 'drivers/mqtt/gatehouse-driver-mqtt'),
    profiles: process.env.GATEHOUSE_PROFILES ?? path.join(root, 'config/profiles'),
  }
  for (const [what, file] of Object.entries(programs))
    if (!existsSync(file)) throw new Error(`${what}: ${file} does not exist; build it first (cmake --build --preset release)`)
  return programs
}

/// A drivers folder as the daemon wants it: plain files that nobody else may write, each program with its manifest.
async function makeDriversFolder(programs, folder) {
  const drivers = path.join(folder, 'drivers')
  if (existsSync(drivers)) return drivers
  mkdirSync(drivers, {mode: 0o755})
  const program = path.join(drivers, path.basename(programs.driver))
  copyFileSync(programs.driver, program)
  chmodSync(program, 0o755)
  writeFileSync(`${program}.json`, await run(program, ['--manifest']), {mode: 0o644})
  return drivers
}

/// Starts gatehoused and waits until it says in `<runtime>/listening.json` where it listens.
export async function startGateway(programs, {config, state, runtime, folder}) {
  for (const place of [state, runtime]) mkdirSync(place, {recursive: true, mode: 0o700})
  const drivers = await makeDriversFolder(programs, folder)
  const places = ['--config', config, '--state', state, '--runtime', runtime, '--drivers', drivers, '--profiles', programs.profiles]
  const log = path.join(folder, 'gatehoused.log')
  const daemon = start(programs.daemon, places, {log})
  try {
    const url = await eventually('gatehoused is ready', 15000, () => boundAddress(runtime), {alive: daemon.child})
    return {...daemon, url, config, state, runtime}
  } catch (error) {
    throw new Error(`${error.message}\n${tail(log)}`)
  }
}

function boundAddress(runtime) {
  const file = path.join(runtime, 'listening.json')
  if (!existsSync(file)) return undefined
  const found = /(?:127\.0\.0\.1|\[::1\]):\d+/.exec(readFileSync(file, 'utf8'))
  if (!found) throw new Error(`${file} names no loopback address`)
  return `http://${found[0]}`
}

/// Makes an API key the way an operator does. Answers the key; it is printed once and stored nowhere but as a hash.
export async function createKey(programs, {runtime, name, workspace}) {
  const printed = await run(programs.daemon, ['token', 'create', '--name', name, '--workspace', workspace, '--runtime', runtime])
  const key = /\bseam_[A-Za-z0-9_-]+/.exec(printed)?.[0]
  if (!key) throw new Error('`gatehoused token create` printed no key')
  return key
}

/// A POST without the SDK: the extension endpoints have no SDK method.
export async function post(url, key, endpoint, body = {}) {
  const answer = await fetch(url + endpoint, {
    method: 'POST', headers: {authorization: `Bearer ${key}`, 'content-type': 'application/json'}, body: JSON.stringify(body),
  })
  const content = await answer.json()
  if (!answer.ok) throw new Error(`${endpoint}: ${answer.status} ${content.error?.type}: ${content.error?.message}`)
  return content
}
