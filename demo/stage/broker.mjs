// A real mosquitto on a free loopback port.
import {existsSync, writeFileSync} from 'node:fs'
import {createServer, connect} from 'node:net'
import {userInfo} from 'node:os'
import path from 'node:path'
import {start, stop, eventually, tail} from './program.mjs'

/// A TCP port of 127.0.0.1 that nobody listened on a moment ago.
export async function freePort() {
  const server = createServer()
  await new Promise((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve))
  const {port} = server.address()
  await new Promise((resolve) => server.close(resolve))
  return port
}

const program = () => ['/usr/sbin/mosquitto', '/usr/local/sbin/mosquitto'].find((file) => existsSync(file)) ?? 'mosquitto'

const answers = (port) => new Promise((resolve) => {
  const socket = connect(port, '127.0.0.1')
  socket.once('connect', () => { socket.destroy(); resolve(true) })
  socket.once('error', () => resolve(false))
})

/// Starts the broker with its files in `folder`. Another program may take the port in between: tried thrice.
/// On a port given by the caller (a broker that comes back) it is tried once.
export async function startBroker(folder, wanted) {
  for (let attempt = 1; ; ++attempt) {
    const port = wanted ?? await freePort()
    const file = path.join(folder, 'mosquitto.conf')
    // Under its own name a broker started by root would leave the leash of stage/program.mjs behind.
    const user = userInfo().username
    writeFileSync(file, `user ${user}\nlistener ${port} 127.0.0.1\nallow_anonymous true\npersistence false\nset_tcp_nodelay true\n`)
    const broker = start(program(), ['-c', file], {log: path.join(folder, 'mosquitto.log')})
    try {
      await eventually('mosquitto listens', 5000, () => answers(port), {alive: broker.child})
      return {...broker, port, url: `mqtt://127.0.0.1:${port}`}
    } catch (error) {
      await stop(broker.child)
      if (attempt === 3 || wanted) throw new Error(`${error.message}\n${tail(broker.log)}`)
    }
  }
}
