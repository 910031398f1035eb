// One simulated esp-rfid controller (gatehouse-sim mqtt) and the client of its control socket.
import {connect} from 'node:net'
import path from 'node:path'
import {start, eventually, tail} from './program.mjs'

/// One request on a control socket: a JSON object a line each way. An answer with "ok": false is an error.
export function ask(socketPath, request, budget = 5000) {
  return new Promise((resolve, reject) => {
    const socket = connect(socketPath)
    let text = ''
    const finish = (settle, value) => { clearTimeout(timer); socket.destroy(); settle(value) }
    const timer = setTimeout(() => finish(reject, new Error(`no answer to ${request.op} on ${socketPath}`)), budget)
    socket.once('error', (error) => finish(reject, error))
    socket.once('close', () => finish(reject, new Error(`${socketPath} closed before it answered ${request.op}`)))
    socket.once('connect', () => socket.write(JSON.stringify(request) + '\n'))
    socket.on('data', (chunk) => {
      text += chunk
      const end = text.indexOf('\n')
      if (end < 0) return
      const answer = JSON.parse(text.slice(0, end))
      answer.ok ? finish(resolve, answer) : finish(reject, new Error(`${request.op}: ${JSON.stringify(answer)}`))
    })
  })
}

/// Starts a controller with the given `topic`, `ip` and `hostname` on the broker. `name` names its socket and log.
export async function startController(programs, {name, folder, sockets, broker, topic, ip, hostname, more = []}) {
  const control = path.join(sockets, `${name}.sock`)
  const args = ['mqtt', '--model', 'esp-rfid', '--broker', broker, '--topic', topic, '--ip', ip, '--hostname', hostname, '--control', control, ...more]
  const simulator = start(programs.simulator, args, {log: path.join(folder, `${name}.log`)})
  const call = (request) => ask(control, request)
  try {
    await eventually(`${name} answers on its control socket`, 10000, () => call({op: 'dump'}), {alive: simulator.child})
  } catch (error) {
    throw new Error(`${error.message}\n${tail(simulator.log)}`)
  }
  return {
    ...simulator, name, control, topic, ip, hostname,
    present: (uid) => call({op: 'present', uid}),
    silent: (on) => call({op: 'silent', on}),
    fault: (fault, value) => call({op: 'fault', name: fault, value}),
    put: (uid, fields) => call({op: 'put', uid, fields}),
    erase: (uid) => call({op: 'erase', uid}),
    powerCycle: (table) => call({op: 'power_cycle', table}),
    dump: () => call({op: 'dump'}),
  }
}
