// Starts programs and ends them again: whatever happens here, nothing outlives this process.
import {spawn} from 'node:child_process'
import {existsSync, openSync, closeSync, readFileSync} from 'node:fs'
import {once} from 'node:events'

const leash = existsSync('/usr/bin/setpriv') ? ['/usr/bin/setpriv', '--pdeathsig', 'KILL', '--'] : []
const running = new Set()

process.on('exit', () => running.forEach((child) => child.kill('SIGKILL')))

/// Starts `command`; standard error and output go to `log`. Answers {child, log, stop}.
export function start(command, args, {log, env = process.env, cwd}) {
  const [file, ...rest] = [...leash, command, ...args]
  const out = openSync(log, 'a')
  const child = spawn(file, rest, {stdio: ['ignore', out, out], env, cwd})
  closeSync(out)
  running.add(child)
  child.on('error', (error) => { child.failure = error })
  child.on('exit', () => running.delete(child))
  return {child, log, stop: (signal) => stop(child, signal)}
}

/// Ends a child: asks with `signal`, kills after `budget` milliseconds. Answers whether it went by itself and how.
export async function stop(child, signal = 'SIGTERM', budget = 5000) {
  if (child.exitCode !== null || child.signalCode !== null || child.failure) return outcome(child, true)
  const gone = once(child, 'exit')
  child.kill(signal)
  let late = false
  const timer = setTimeout(() => { late = true; child.kill('SIGKILL') }, budget)
  await gone
  clearTimeout(timer)
  return outcome(child, !late)
}

const outcome = (child, inTime) => ({inTime, code: child.exitCode, signal: child.signalCode})

/// Runs a program to its end. Answers what it printed; a failure carries what it said on standard error.
export async function run(command, args, {env = process.env} = {}) {
  const child = spawn(command, args, {stdio: ['ignore', 'pipe', 'pipe'], env})
  running.add(child)
  child.on('exit', () => running.delete(child))
  let out = '', complaint = ''
  child.stdout.on('data', (text) => { out += text })
  child.stderr.on('data', (text) => { complaint += text })
  const [code, signal] = await once(child, 'close')
  if (code !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${signal ?? code}: ${complaint.trim() || out.trim()}`)
  return out
}

/// Asks `probe` until its answer is truthy. Throws with `what` and the probe's last error when `budget` (ms) has run out.
export async function eventually(what, budget, probe, {every = 25, alive} = {}) {
  const begun = performance.now()
  let trouble
  for (;;) {
    try {
      const answer = await probe()
      if (answer) return answer
    } catch (error) { trouble = error }
    const dead = alive?.exitCode ?? alive?.signalCode ?? alive?.failure ?? null
    if (dead !== null) throw new Error(`${what}: the program ended (${dead})`)
    if (performance.now() - begun > budget)
      throw new Error(`${what}: not within ${budget / 1000} s${trouble ? ` (${trouble.message})` : ''}`)
    await new Promise((resolve) => setTimeout(resolve, every))
  }
}

/// The last lines of a log, for the message of a failure.
export function tail(log, lines = 20) {
  try {
    return readFileSync(log, 'utf8').trimEnd().split('\n').slice(-lines).join('\n')
  } catch { return '' }
}

/// Ends everything started here, the youngest first.
export async function stopAll() {
  for (const child of [...running].reverse()) await stop(child)
}
