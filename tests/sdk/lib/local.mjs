// The Unix socket of a gateway, as its own tools see it.
import {readFileSync} from 'node:fs'
import path from 'node:path'
import {request} from 'node:http'

/// A POST on the socket. Answers {status, body}.
export function local(site, target, body = {}) {
  const {unix} = JSON.parse(readFileSync(path.join(site.runtime, 'listening.json'), 'utf8'))
  const text = JSON.stringify(body)
  return new Promise((resolve, reject) => {
    const sent = request({socketPath: unix, method: 'POST', path: target, headers: {'content-type': 'application/json', 'content-length': Buffer.byteLength(text)}}, (answer) => {
      let answered = ''
      answer.on('data', (chunk) => { answered += chunk }).on('end', () => resolve({status: answer.statusCode, body: JSON.parse(answered)}))
    })
    sent.once('error', reject).end(text)
  })
}
