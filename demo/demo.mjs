// The demo: sets the stage, tells the story, and ends what it started. Called by scripts/demo.
import {chmodSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import path from 'node:path'
import {fileURLToPath} from 'node:url'
import {parseArgs} from 'node:util'
import {setStage} from './stand.mjs'
import {tellStory} from './story.mjs'
import {Teller} from './tell.mjs'
import {stopAll, tail} from './stage/program.mjs'

const {values} = parseArgs({options: {keep: {type: 'boolean', default: false}, dir: {type: 'string'}}})
const root = fileURLToPath(new URL('..', import.meta.url))

/// A fresh folder for this run, below --dir or among temporary files. Sockets live in a short path: their names are limited.
function makeFolders() {
  const base = values.dir ? path.resolve(values.dir) : tmpdir()
  mkdirSync(base, {recursive: true})
  if (values.dir) rmSync(path.join(base, 'demo.env'), {force: true})
  return {base, folder: mkdtempSync(path.join(base, 'gatehouse-demo-')), sockets: mkdtempSync(path.join(tmpdir(), 'gh-demo-'))}
}

const {base, folder, sockets} = makeFolders()
let finished = false

async function finish(status, {keepFolder = Boolean(values.dir)} = {}) {
  if (finished) return
  finished = true
  await stopAll()
  rmSync(sockets, {recursive: true, force: true})
  if (!keepFolder) rmSync(folder, {recursive: true, force: true})
  process.exit(status)
}

let kept = false
process.on('SIGINT', () => finish(kept ? 0 : 130))
process.on('SIGTERM', () => finish(kept ? 0 : 143))

function writeEnvironment(stage) {
  const quoted = (text) => `'${text.replaceAll("'", `'\\''`)}'`
  const file = path.join(base, 'demo.env')
  const lines = {
    GATEWAY_URL: stage.gateway.url, API_KEY: stage.key, BROKER_URL: stage.broker.url, GATEHOUSE_CONFIG: stage.config, GATEHOUSE_STATE: stage.gateway.state, GATEHOUSE_RUNTIME: stage.gateway.runtime,
    SIM_CONTROL_1: stage.controllers[0].control, SIM_CONTROL_2: stage.controllers[1].control,
  }
  writeFileSync(`${file}.new`, Object.entries(lines).map(([name, value]) => `${name}=${quoted(value)}\n`).join(''), {mode: 0o600})
  chmodSync(`${file}.new`, 0o600)
  renameSync(`${file}.new`, file)
}

const tell = new Teller()
try {
  const stage = await setStage({root, folder, sockets})
  await tellStory(stage, tell)
  if (values.dir) writeEnvironment(stage)
  tell.end()
  if (values.keep) {
    kept = true
    console.log(`\nEverything goes on running${values.dir ? `; ${path.join(base, 'demo.env')} says where` : ` at ${stage.gateway.url}`}. Calls to try: docs/sdk.md, "The story by hand". Ctrl-C ends it.`)
    setInterval(() => {}, 3_600_000)
  } else {
    console.log('\nNext: scripts/demo --keep --dir DIR leaves all of it running and DIR/demo.env says where; docs/sdk.md, "The story by hand", has the calls to try.')
    await finish(0)
  }
} catch (error) {
  if (!finished) {
    console.error(`\nThe story broke off: ${error.message}\n`)
    console.error(`The gateway's last words (the rest is in ${folder}):\n${tail(path.join(folder, 'gatehoused.log'))}`)
  }
  await finish(1, {keepFolder: true})
}
