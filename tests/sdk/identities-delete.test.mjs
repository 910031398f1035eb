import {test} from 'node:test'
import assert from 'node:assert/strict'
import {eachGeneration, freshUid, refused, unknownId} from './lib/suite.mjs'

/// A person with an account in the house and a card in it.
async function personWithCard(seam) {
  const [house] = (await seam.acs.systems.list()).filter((system) => system.name === 'House')
  const {user_identity_id} = await seam.userIdentities.create({full_name: 'Ada Lind'})
  const {acs_user_id} = await seam.acs.users.create({acs_system_id: house.acs_system_id, full_name: 'Ada Lind', user_identity_id})
  const {acs_credential_id} = await seam.acs.credentials.create({acs_user_id, access_method: 'card', card_uid: freshUid()})
  return {user_identity_id, acs_user_id, acs_credential_id}
}

eachGeneration('deleting an identity', (site, generation) => {
  const seam = () => site.sdk(generation)

  test('an identity nothing hangs on goes, and its second delete is 404', async () => {
    const {user_identity_id} = await seam().userIdentities.create({full_name: 'Short visit'})
    assert.equal(await seam().userIdentities.delete({user_identity_id}), undefined)
    await refused(generation, seam().userIdentities.get({user_identity_id}), 404, 'user_identity_not_found')
    await refused(generation, seam().userIdentities.delete({user_identity_id}), 404, 'user_identity_not_found')
  })

  test('while a credential remains it is refused, and everything stays', async () => {
    const {user_identity_id, acs_user_id, acs_credential_id} = await personWithCard(seam())
    const error = await refused(generation, seam().userIdentities.delete({user_identity_id}), 409, 'user_identity_in_use')
    assert.match(JSON.stringify(error.data), new RegExp(acs_credential_id))
    assert.equal((await seam().userIdentities.get({user_identity_id})).user_identity_id, user_identity_id)
    assert.equal((await seam().acs.users.get({acs_user_id})).user_identity_id, user_identity_id)
    assert.equal((await seam().acs.credentials.get({acs_credential_id})).acs_user_id, acs_user_id)
  })

  test('once the credential is deleted the identity goes, and its user stays without it', async () => {
    const {user_identity_id, acs_user_id, acs_credential_id} = await personWithCard(seam())
    await seam().acs.credentials.delete({acs_credential_id})
    await seam().userIdentities.delete({user_identity_id})
    await refused(generation, seam().userIdentities.get({user_identity_id}), 404, 'user_identity_not_found')
    assert.equal((await seam().acs.users.get({acs_user_id})).user_identity_id, undefined)
  })

  test('with cascade identity, users and credentials go in one call', async () => {
    const {user_identity_id, acs_user_id, acs_credential_id} = await personWithCard(seam())
    await seam().userIdentities.delete({user_identity_id, cascade: true})
    await refused(generation, seam().userIdentities.get({user_identity_id}), 404, 'user_identity_not_found')
    await refused(generation, seam().acs.users.get({acs_user_id}), 404, 'acs_user_not_found')
    await refused(generation, seam().acs.credentials.get({acs_credential_id}), 404, 'acs_credential_not_found')
  })

  test('a delete of an unknown identity is 404', async () => {
    await refused(generation, seam().userIdentities.delete({user_identity_id: unknownId()}), 404, 'user_identity_not_found')
  })
})

eachGeneration('deleting an identity where the configuration says cascade', (site, generation) => {
  const seam = () => site.sdk(generation)

  test('the plain delete takes everything along', async () => {
    const {user_identity_id, acs_user_id, acs_credential_id} = await personWithCard(seam())
    await seam().userIdentities.delete({user_identity_id})
    await refused(generation, seam().userIdentities.get({user_identity_id}), 404, 'user_identity_not_found')
    await refused(generation, seam().acs.users.get({acs_user_id}), 404, 'acs_user_not_found')
    await refused(generation, seam().acs.credentials.get({acs_credential_id}), 404, 'acs_credential_not_found')
  })
}, {policy: 'policy: {identity_delete: cascade}'})
