// The story, told with the official Seam SDK alone but for two lists that have no place in Seam's API: device truth and residual access.
import assert from 'node:assert/strict'
import {Seam} from 'seam'
import {eventually} from './stage/program.mjs'
import {post} from './stage/gateway.mjs'
import {seconds} from './tell.mjs'

const bounds = {online: 30_000, verified: 45_000, revoked: 2_000, told: 15_000, returned: 30_000} // milliseconds
const card_uid = '04a1b2c3'

/// Tells it on a stage that is set. Throws at the first step that does not hold.
export async function tellStory(stage, tell) {
  const [near, far] = stage.controllers
  console.log(`Gatehouse at ${stage.gateway.url}, mosquitto at ${stage.broker.url}, simulated controllers ${near.name} (${near.door}) and ${far.name} (${far.door})\n`)
  const seam = new Seam({apiKey: stage.key, endpoint: stage.gateway.url})
  const truth = lists(stage)

  const site = await tell.step('The SDK finds the site that the file declares', (note) => findSite(seam, note))
  await tell.step('Both controllers answer the gateway', () => eventually('both doors are online', bounds.online, async () =>
    (await seam.devices.list()).every((device) => device.properties.online)))
  const ada = await tell.step('Ada is made known: identity, user, card, membership of the group', () => admit(seam, site))
  await tell.step('Both controllers hold her card, read back and verified', (note) => untilVerified(truth, ada, note))
  await tell.step('She presents the card: both doors open', () => presents(stage.controllers, [true, true]))
  await tell.step('The office unlocks a door from afar', (note) => unlockFromAfar(seam, stage, note))

  await tell.step(`${far.name} goes dark`, () => far.silent(true))
  const revoked = await tell.step('Her access is revoked: all entrances, one call', async () => {
    await seam.acs.users.revokeAccessToAllEntrances({acs_user_id: ada.acs_user_id})
    return performance.now()
  })
  await tell.step(`${near.name} refuses her within ${bounds.revoked / 1000} s of the answer`, (note) => refusesInTime(near, revoked, note))
  await tell.step('The residual list names the dark one, and only it', (note) => onlyResidual(truth, ada, far, note))
  await tell.step('The door itself says that nobody answers for it', (note) => saysOffline(seam, far, note))
  await tell.step('Dark is dark: that door still opens, as the list says', () => presents([far], [true]))

  const back = performance.now()
  await tell.step(`${far.name} returns and is cleaned, without anybody asking`, async () => {
    await far.silent(false)
    await eventually(`${far.name} refuses the card`, bounds.returned, async () => !(await far.present(card_uid)).opened)
  })
  await tell.step('Read back: no controller holds her card, the residual list is empty', (note) => provenGone(stage, truth, ada, back, note))
  await tell.step('She presents the card: no door opens', () => presents(stage.controllers, [false, false]))
  await tell.step('Everything still answers', () => everythingAnswers(stage, seam))
}

const lists = ({gateway, key}) => {
  const rows = async (endpoint, filter) => Object.values(await post(gateway.url, key, endpoint, filter)).find(Array.isArray)
  return {access: (filter) => rows('/gatehouse/access/list', filter), residual: (filter) => rows('/gatehouse/residual_access/list', filter)}
}

async function findSite(seam, note) {
  const workspace = await seam.workspaces.get()
  const [system] = await seam.acs.systems.list()
  const [group] = await seam.acs.accessGroups.list({acs_system_id: system.acs_system_id})
  const entrances = await seam.acs.accessGroups.listAccessibleEntrances({acs_access_group_id: group.acs_access_group_id})
  assert.ok(entrances.length >= 2, 'the group opens two entrances')
  assert.ok(entrances.some((entrance) => entrance.can_unlock_with_cloud_key), 'one of them takes a cloud key')
  note(`workspace ${workspace.name} · system ${system.name} · group ${group.name}`)
  note(`entrances ${entrances.map((one) => one.display_name + (one.can_unlock_with_cloud_key ? ' (cloud key)' : '')).join(', ')}`)
  return {system, group}
}

async function admit(seam, {system, group}) {
  const person = {full_name: 'Ada Lind', email_address: 'ada@example.com'}
  const {user_identity_id} = await seam.userIdentities.create(person)
  const {acs_user_id} = await seam.acs.users.create({...person, acs_system_id: system.acs_system_id, user_identity_id})
  const {acs_credential_id} = await seam.acs.credentials.create({acs_user_id, access_method: 'card', card_uid})
  await seam.acs.users.addToAccessGroup({acs_user_id, acs_access_group_id: group.acs_access_group_id})
  return {user_identity_id, acs_user_id, acs_credential_id, admitted: performance.now()}
}

async function untilVerified(truth, {acs_credential_id, admitted}, note) {
  const seen = new Map()
  await eventually('both doors are verified', bounds.verified, async () => {
    const rows = await truth.access({acs_credential_id})
    for (const row of rows) {
      const mark = `${row.device_id} ${row.state}`
      if (!seen.has(mark)) seen.set(mark, performance.now() - admitted)
    }
    return rows.length >= 2 && rows.every((row) => row.state === 'verified')
  })
  for (const state of ['assumed', 'verified']) {
    const times = [...seen].filter(([mark]) => mark.endsWith(` ${state}`)).map(([, time]) => seconds(time))
    if (times.length > 0) note(`${state} after ${times.join(' and ')}`)
  }
}

async function presents(controllers, expected) {
  const opened = []
  for (const controller of controllers) opened.push((await controller.present(card_uid)).opened)
  assert.deepEqual(opened, expected, `the card at ${controllers.map((one) => one.name).join(' and ')}`)
}

async function unlockFromAfar(seam, {controllers}, note) {
  const device = (await seam.devices.list()).find((one) => one.can_remotely_unlock && one.display_name === 'front')
  assert.ok(device, 'a lock that can be unlocked remotely')
  const controller = controllers.find((one) => one.door === device.display_name)
  const pulses = async () => (await controller.dump()).relays.reduce((sum, relay) => sum + relay.pulses, 0)
  const before = await pulses()
  const attempt = await seam.locks.unlockDoor({device_id: device.device_id})
  assert.equal(attempt.status, 'success')
  assert.ok(await pulses() > before, 'the relay moved')
  note(`${device.display_name}: ${attempt.action_type} ${attempt.status}`)
}

async function refusesInTime(controller, revoked, note) {
  await eventually(`${controller.name} refuses the card`, bounds.revoked - (performance.now() - revoked), async () => !(await controller.present(card_uid)).opened, {every: 10})
  const took = performance.now() - revoked
  assert.ok(took <= bounds.revoked, `took ${seconds(took)}`)
  note(`${seconds(took)} after the call was answered`)
}

async function onlyResidual(truth, {acs_credential_id}, far, note) {
  const [row] = await eventually('one row is left', bounds.verified, async () => {
    const rows = await truth.residual({acs_credential_id})
    assert.ok(rows.some((one) => JSON.stringify(one).includes(far.name)), 'the dark controller stays on the list')
    return rows.length === 1 && rows
  })
  assert.match(JSON.stringify(row), /Ada Lind/)
  note(`Ada Lind · ${far.door} · ${far.name} · ${row.state}: ${row.reason}`)
  note(`since ${row.since}, ends by itself ${row.ends_at ?? 'never'}`)
}

async function saysOffline(seam, far, note) {
  const device = await eventually('the door shows an error', bounds.told, async () => {
    const found = (await seam.devices.list()).find((one) => one.display_name === far.door)
    return found.errors.length > 0 && found
  })
  note(`${device.errors[0].error_code}: ${device.errors[0].message}`)
}

async function provenGone({controllers}, truth, {acs_credential_id}, back, note) {
  await eventually('the residual list is empty', bounds.verified, async () => (await truth.residual({acs_credential_id})).length === 0)
  for (const controller of controllers) {
    const {entries} = await controller.dump()
    assert.ok(!entries.some((entry) => entry.uid === card_uid), `${controller.name} holds the card`)
  }
  note(`${seconds(performance.now() - back)} after it returned`)
}

async function everythingAnswers({controllers, gateway}, seam) {
  for (const controller of controllers) await controller.dump()
  assert.equal((await fetch(`${gateway.url}/health`)).status, 200)
  await eventually('both doors are online', bounds.online, async () => (await seam.devices.list()).every((device) => device.properties.online))
}
