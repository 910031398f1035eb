// Prints the story: one numbered line for each step, with the time it took, and what was seen beneath it.
export class Teller {
  #steps = 0
  #begun = performance.now()

  note(text) { console.log(`      ${text}`) }

  /// Runs one step. It fails by throwing; what it answers is handed on.
  async step(title, act) {
    const number = String(++this.#steps).padStart(2)
    const begun = performance.now()
    const notes = []
    let answer
    try {
      answer = await act((text) => notes.push(text))
    } catch (error) {
      console.log(`${number} ✗  ${title}`)
      for (const text of notes) this.note(text)
      throw new Error(`step ${this.#steps} (${title}): ${error.message}`)
    }
    console.log(`${number} ✓  ${title}`.padEnd(76) + `${seconds(performance.now() - begun).padStart(9)}`)
    for (const text of notes) this.note(text)
    return answer
  }

  end() { console.log(`\nEvery step held. ${this.#steps} steps in ${seconds(performance.now() - this.#begun)}.`) }
}

export const seconds = (milliseconds) => milliseconds < 1000 ? `${milliseconds.toFixed(0)} ms` : `${(milliseconds / 1000).toFixed(1)} s`
