// One walk through every endpoint with each generation of the SDK: all are called, all answer 200, all by the verb of their generation.
import {test} from 'node:test'
import assert from 'node:assert/strict'
import {readFileSync} from 'node:fs'
import {eachGeneration, freshEmail, freshUid, refused} from './lib/suite.mjs'
import {calls} from './lib/wire.mjs'

const issued = JSON.parse(readFileSync(new URL('./endpoints.json', import.meta.url), 'utf8'))
const refusedByDesign = ['/acs/access_groups/delete']

eachGeneration('every endpoint', (site, generation) => {
  test('is called, answers, and leaves nothing behind', async () => {
    const begun = calls.length
    const seam = site.sdk(generation)
    await seam.workspaces.get()
    const {acs_system_id} = (await seam.acs.systems.list()).find((row) => row.name === 'House')
    await seam.acs.systems.get({acs_system_id})

    const {user_identity_id} = await seam.userIdentities.create({full_name: 'Ada Lind', email_address: freshEmail()})
    await seam.userIdentities.get({user_identity_id})
    await seam.userIdentities.list({user_identity_ids: [user_identity_id]})
    await seam.userIdentities.update({user_identity_id, full_name: 'Ada L.'})
    const {acs_user_id} = await seam.acs.users.create({acs_system_id, full_name: 'Ada Lind'})
    await seam.userIdentities.addAcsUser({user_identity_id, acs_user_id})
    await seam.userIdentities.listAcsUsers({user_identity_id})
    await seam.userIdentities.listAcsSystems({user_identity_id})
    const [device] = await seam.devices.list()
    await seam.devices.get({device_id: device.device_id})
    await seam.userIdentities.grantAccessToDevice({user_identity_id, device_id: device.device_id})
    await seam.userIdentities.listAccessibleDevices({user_identity_id})
    await seam.userIdentities.revokeAccessToDevice({user_identity_id, device_id: device.device_id})

    await seam.acs.users.get({acs_user_id})
    await seam.acs.users.list({acs_system_id})
    await seam.acs.users.update({acs_user_id, full_name: 'Ada L.'})
    await seam.acs.users.suspend({acs_user_id})
    await seam.acs.users.unsuspend({acs_user_id})
    const [{acs_access_group_id}] = await seam.acs.accessGroups.list({acs_system_id})
    await seam.acs.accessGroups.get({acs_access_group_id})
    await seam.acs.accessGroups.listUsers({acs_access_group_id})
    await seam.acs.accessGroups.listAccessibleEntrances({acs_access_group_id})
    const membership = {acs_user_id, acs_access_group_id}
    await seam.acs.users.addToAccessGroup(membership)
    await seam.acs.users.removeFromAccessGroup(membership)
    await seam.acs.accessGroups.addUser(membership)
    await seam.acs.accessGroups.removeUser(membership)
    await refused(generation, seam.acs.accessGroups.delete({acs_access_group_id}), 400, 'not_supported')
    const [{acs_entrance_id}] = await seam.acs.entrances.list({acs_system_id})
    await seam.acs.entrances.get({acs_entrance_id})
    await seam.acs.entrances.grantAccess({acs_entrance_id, acs_user_id})
    await seam.acs.users.listAccessibleEntrances({acs_user_id})
    await seam.acs.users.revokeAccessToAllEntrances({acs_user_id})

    const {acs_credential_id} = await seam.acs.credentials.create({acs_user_id, access_method: 'card', card_uid: freshUid()})
    await seam.acs.credentials.get({acs_credential_id})
    await seam.acs.credentials.list({acs_user_id})
    await seam.acs.credentials.unassign({acs_credential_id, acs_user_id})
    await seam.acs.credentials.assign({acs_credential_id, acs_user_id})
    const attempt = await seam.locks.unlockDoor({device_id: device.device_id}, {waitForActionAttempt: false})
    await seam.actionAttempts.get({action_attempt_id: attempt.action_attempt_id}, {waitForActionAttempt: false})

    await seam.acs.credentials.update({acs_credential_id, ends_at: new Date(Date.now() + 3_600_000).toISOString()})
    const grant = await seam.accessGrants.create({user_identity_id, acs_entrance_ids: [acs_entrance_id], requested_access_methods: [{mode: 'code'}]})
    const {access_grant_id, access_method_ids: [access_method_id]} = grant
    await seam.accessGrants.get({access_grant_id})
    await seam.accessGrants.list({user_identity_id})
    await seam.accessGrants.update({access_grant_id, name: 'A stay'})
    await seam.accessGrants.requestAccessMethods({access_grant_id, requested_access_methods: [{mode: 'card'}]})
    await seam.accessMethods.get({access_method_id})
    await seam.accessMethods.list({access_grant_id})
    await seam.accessMethods.delete({access_method_id})
    await seam.accessGrants.delete({access_grant_id})
    const [event] = await seam.events.list({since: '2020-01-01T00:00:00Z', access_grant_id})
    await seam.events.get({event_id: event.event_id})

    await seam.acs.credentials.delete({acs_credential_id})
    await seam.userIdentities.removeAcsUser({user_identity_id, acs_user_id})
    await seam.acs.users.delete({acs_user_id})
    for (const {acs_user_id} of await seam.acs.users.list({user_identity_id})) await seam.acs.users.delete({acs_user_id}) // made by the grant
    await seam.userIdentities.delete({user_identity_id})
    assert.deepEqual(await seam.userIdentities.list(), [])
    assert.deepEqual(await seam.acs.users.list(), [])
    assert.deepEqual(await seam.acs.credentials.list(), [])

    const own = calls.slice(begun)
    for (const path of issued) {
      const answered = own.filter((call) => call.path === path)
      assert.ok(answered.length > 0, `${path} was not called`)
      if (!refusedByDesign.includes(path)) assert.ok(answered.some((call) => call.status === 200), `${path} answered ${answered.map((call) => call.status)}`)
    }
    const verbs = new Set(own.map((call) => call.verb))
    if (generation.semanticVerbs) for (const verb of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE']) assert.ok(verbs.has(verb), verb)
    else assert.ok(!verbs.has('DELETE'))
  })
})
