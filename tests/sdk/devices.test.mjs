import {test} from 'node:test'
import assert from 'node:assert/strict'
import {eachGeneration, refused, unknownId} from './lib/suite.mjs'
import {eventually} from '../../demo/stage/program.mjs'

eachGeneration('devices, locks and the workspace', (site, generation) => {
  const seam = () => site.sdk(generation)
  const names = (rows) => rows.map((row) => row.display_name).sort()

  /// Without what may change from one second to the next: troubles and their age.
  const lasting = ({errors, warnings, properties, ...rest}) => ({...rest, name: properties.name})

  test('a door is a device: one for each, named as in the file', async () => {
    const devices = await seam().devices.list()
    assert.deepEqual(names(devices), ['front', 'rear', 'yard'])
    for (const device of devices) {
      assert.equal(device.device_type, 'gatehouse_door')
      assert.equal(device.is_managed, true)
      assert.ok(device.capabilities_supported.includes('lock'))
      assert.deepEqual(lasting(await seam().devices.get({device_id: device.device_id})), lasting(device))
    }
  })

  test('a device is found by its name, and an unknown one is 404', async () => {
    assert.equal((await seam().devices.get({name: 'rear'})).display_name, 'rear')
    await refused(generation, seam().devices.get({device_id: unknownId()}), 404, 'device_not_found')
    await refused(generation, seam().devices.get({name: 'cellar'}), 404, 'device_not_found')
  })

  test('devices are filtered by id, type, account, search and time', async () => {
    const [device] = (await seam().devices.list()).filter((row) => row.display_name === 'yard')
    const list = async (filter) => names(await seam().devices.list(filter))
    assert.deepEqual(await list({device_ids: [device.device_id]}), ['yard'])
    assert.deepEqual(await list({search: 'YAR'}), ['yard'])
    assert.deepEqual(await list({device_type: 'gatehouse_door'}), ['front', 'rear', 'yard'])
    assert.deepEqual(await list({connected_account_id: device.connected_account_id}), ['front', 'rear', 'yard'])
    assert.deepEqual(await list({connected_account_ids: [device.connected_account_id]}), ['front', 'rear', 'yard'])
    assert.deepEqual(await list({connected_account_id: unknownId()}), [])
    assert.deepEqual(await list({device_ids: [unknownId()]}), [])
    assert.deepEqual(await list({created_before: '2020-01-01T00:00:00Z'}), [])
  })

  test('a door nobody answers for says so and is not online', async () => {
    const device = await eventually('the door shows an error', 15_000, async () => {
      const read = await seam().devices.get({name: 'front'})
      return read.errors.length > 0 && read
    })
    assert.equal(device.properties.online, false)
    assert.ok(device.errors.some((error) => /offline|disconnected/.test(error.error_code)), JSON.stringify(device.errors))
    for (const error of device.errors) assert.ok(error.message.length > 10)
  })

  test('an unlock of a door nobody answers for fails as an action attempt, not as a call', async () => {
    const {device_id} = await seam().devices.get({name: 'front'})
    const attempt = await seam().locks.unlockDoor({device_id}, {waitForActionAttempt: false})
    assert.equal(attempt.action_type, 'UNLOCK_DOOR')
    const ended = await seam().actionAttempts.get({action_attempt_id: attempt.action_attempt_id}, {waitForActionAttempt: {timeout: 20_000, pollingInterval: 100}})
      .then(() => undefined, (error) => error)
    assert.ok(ended instanceof generation.module.SeamActionAttemptFailedError, `${ended}`)
    assert.deepEqual([ended.actionAttempt.status, ended.actionAttempt.result], ['error', null])
    assert.ok(ended.message.length > 5)
    const read = await seam().actionAttempts.get({action_attempt_id: attempt.action_attempt_id}, {waitForActionAttempt: false})
    assert.equal(read.status, 'error')
  })

  test('an unlock or an attempt that does not exist is 404', async () => {
    await refused(generation, seam().locks.unlockDoor({device_id: unknownId()}), 404, 'device_not_found')
    const action_attempt_id = unknownId()
    const error = await refused(generation, seam().actionAttempts.get({action_attempt_id}, {waitForActionAttempt: false}), 404, 'action_attempt_not_found')
    assert.equal(error.data.action_attempt_id, action_attempt_id)
  })

  test('an unlock is never a GET: a link cannot open a door', async () => {
    const {device_id} = await seam().devices.get({name: 'front'})
    const answer = await site.request('GET', `/locks/unlock_door?device_id=${device_id}`)
    assert.deepEqual([answer.status, answer.body.error.type], [405, 'method_not_allowed'])
  })

  test('the workspace is that of the key', async () => {
    const workspace = await seam().workspaces.get()
    assert.equal(workspace.name, 'Harbour House')
    assert.equal(workspace.is_sandbox, false)
    assert.equal((await site.sdk(generation, 'brightline').workspaces.get()).name, 'Brightline')
  })
})
