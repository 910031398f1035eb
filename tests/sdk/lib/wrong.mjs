// Wrong values for a parameter, made from its schema: what a client's bug or an attacker would send.
import {randomUUID} from 'node:crypto'

const typesOf = (schema) => [schema.type ?? []].flat().filter((type) => type !== 'null')
const branchesOf = (schema) => [...(schema.oneOf ?? []), ...(schema.anyOf ?? [])].filter((branch) => branch.type !== 'null')
const allTypes = (schema) => [...new Set([...typesOf(schema), ...branchesOf(schema).flatMap(allTypes), ...(schema.allOf ?? []).flatMap(allTypes)])]

export const nullable = (schema) => schema.nullable === true || [schema.type].flat().includes('null') ||
  [...(schema.oneOf ?? []), ...(schema.anyOf ?? [])].some((branch) => branch.type === 'null' || nullable(branch))

const samples = {string: 'some text', number: 7, boolean: true, array: [], object: {}}
const fits = (type, wanted) => wanted.includes(type) || (type === 'number' && wanted.includes('integer'))

/// Values a JSON body must not carry for this parameter, each with a word for the message of the test.
export function wrongValues(schema) {
  const wanted = allTypes(schema)
  if (wanted.length === 0) return []
  const wrong = Object.entries(samples).filter(([type]) => !fits(type, wanted)).map(([type, value]) => [`a ${type}`, value])
  if (!nullable(schema)) wrong.push(['null', null])
  if (wanted.length === 1 && wanted[0] === 'string') wrong.push(...wrongTexts(schema).map((text) => [`the text ${JSON.stringify(text.slice(0, 30))}`, text]))
  if (wanted.includes('integer') && !wanted.includes('number')) wrong.push(['a fraction', 1.5])
  if (typeof schema.minimum === 'number') wrong.push(['a number too small', schema.exclusiveMinimum === true ? schema.minimum : schema.minimum - 1])
  if (typeof schema.maximum === 'number') wrong.push(['a number too large', schema.maximum + 1])
  if (wanted[0] === 'array' && schema.maxItems) wrong.push(['a list too long', Array.from({length: schema.maxItems + 1}, () => validValue(schema.items))])
  if (wanted[0] === 'object' && schema.maxProperties) wrong.push(['an object too large', Object.fromEntries(Array.from({length: schema.maxProperties + 1}, (_, i) => [`k${i}`, validValue(schema.additionalProperties)]))])
  if (wanted[0] === 'array' && schema.items) wrong.push(...wrongValues(schema.items).slice(0, 6).map(([word, value]) => [`a list with ${word}`, [value]]))
  return [...wrong, ...wrongMembers(schema)]
}

function wrongMembers(schema) {
  const made = []
  for (const [name, member] of Object.entries(schema.properties ?? {})) {
    const others = Object.fromEntries((schema.required ?? []).filter((one) => one !== name).map((one) => [one, validValue(schema.properties[one])]))
    for (const [word, value] of wrongValues(member).slice(0, 6)) made.push([`an object whose ${name} is ${word}`, {...others, [name]: value}])
    if (schema.required?.includes(name)) made.push([`an object without ${name}`, others])
  }
  return made
}

/// Texts that break the format, pattern, length or choice of a text parameter.
export function wrongTexts(schema) {
  const branches = branchesOf(schema)
  const choices = schema.enum ?? (branches.length > 0 && branches.every((branch) => branch.enum) ? branches.flatMap((branch) => branch.enum) : undefined)
  if (choices) return ['no_such_value', '']
  const made = {
    uuid: ['not-a-uuid', '', '00000000-0000-0000-0000-00000000000', '00000000-0000-0000-0000-00000000000g', '../../etc/passwd'],
    'date-time': ['yesterday', '', '2027-13-45T00:00:00Z', '2027-02-30T00:00:00Z', '1800000000'],
    email: ['nobody', '@example.com', 'a b@example.com'], uri: ['not a uri'],
  }[schema.format] ?? []
  if (schema.pattern) made.push('\u0007 no pattern takes this')
  if (schema.minLength >= 1) made.push('')
  if (schema.maxLength) made.push('x'.repeat(schema.maxLength + 1))
  return [...new Set(made)]
}

/// Texts a query must not carry for this parameter. An empty one is null there, and the empty list of a list.
export function wrongQueries(schema) {
  const wanted = allTypes(schema)
  const made = wrongQueryTexts(schema, wanted)
  return nullable(schema) || wanted[0] === 'array' ? made : [...made, '']
}

function wrongQueryTexts(schema, wanted) {
  if (wanted.includes('integer') || wanted.includes('number')) return ['twelve', '1e', '0x10']
  if (wanted.includes('boolean')) return ['perhaps', '2']
  if (wanted[0] === 'array') return schema.items ? wrongTexts(schema.items).filter((text) => text !== '').slice(0, 1) : []
  return wanted[0] === 'string' ? wrongTexts(schema).filter((text) => text !== '') : []
}

/// Some value that the schema takes; ids are of nothing that exists.
export function validValue(schema) {
  const choices = schema.enum ?? branchesOf(schema).find((branch) => branch.enum)?.enum
  if (choices) return choices[0]
  if (branchesOf(schema).length > 0) return validValue(branchesOf(schema)[0])
  const [type] = typesOf(schema)
  if (type === 'array') return Array.from({length: schema.minItems ?? 0}, () => validValue(schema.items))
  if (type === 'object') return Object.fromEntries((schema.required ?? []).map((name) => [name, validValue(schema.properties[name])]))
  if (type !== 'string') return {integer: 1, number: 1, boolean: true}[type]
  return {uuid: randomUUID(), 'date-time': new Date(Date.now() + 3_600_000).toISOString(), email: 'someone@example.com', uri: 'https://example.com/'}[schema.format] ?? '4711'
}
