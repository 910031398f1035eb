// Seam's own OpenAPI document as JSON Schema, and the validators made from it.
import Ajv from 'ajv'
import addFormats from 'ajv-formats'
import {readFileSync} from 'node:fs'
import {openapi} from '@seamapi/types/connect'

const exceptions = JSON.parse(readFileSync(new URL('../exceptions.json', import.meta.url), 'utf8'))
const clone = (value) => JSON.parse(JSON.stringify(value))

/// OpenAPI 3.0 says "nullable" and a boolean "exclusiveMinimum"; JSON Schema says both otherwise. Discriminators only
/// speed up a choice, and the document repeats some of them, so a choice is "at least one of".
export function toJsonSchema(node) {
  if (Array.isArray(node)) return node.map(toJsonSchema)
  if (node === null || typeof node !== 'object') return node
  const made = {}
  for (const [key, value] of Object.entries(node)) {
    if (key === 'discriminator' || key === 'nullable' || key === 'example' || key.startsWith('x-')) continue
    if (key === 'properties') made.properties = Object.fromEntries(Object.entries(value).map(([name, s]) => [name, toJsonSchema(s)]))
    else if (key === 'exclusiveMinimum' && value === true) { made.exclusiveMinimum = node.minimum; delete made.minimum }
    else if (key === 'minimum' && node.exclusiveMinimum === true) continue
    else made[key === 'oneOf' ? 'anyOf' : key] = key === 'enum' || key === 'default' ? value : toJsonSchema(value)
  }
  return node.nullable === true ? {anyOf: [made, {type: 'null'}]} : made
}

function withExceptions(document) {
  for (const {schema, property, value} of exceptions) {
    const properties = document.components.schemas[schema].properties
    properties[property] = {anyOf: [properties[property], {const: value}]}
  }
  return document
}

export const paths = openapi.paths
const ajv = new Ajv({strict: false, allErrors: true, validateFormats: true, logger: false})
addFormats(ajv)
for (const loose of ['float', 'double', 'byte']) ajv.addFormat(loose, true)
ajv.addSchema({...withExceptions(toJsonSchema(clone(openapi))), $id: 'seam'})

const errorBody = ajv.compile({
  type: 'object', required: ['error', 'ok'], additionalProperties: false,
  properties: {
    ok: {const: false},
    error: {
      type: 'object', required: ['type', 'message'], additionalProperties: false,
      properties: {
        type: {type: 'string', pattern: '^[a-z][a-z0-9_]*$'}, message: {type: 'string', minLength: 1}, data: {},
        validation_errors: {type: 'object', additionalProperties: {type: 'object', required: ['_errors'], properties: {_errors: {type: 'array', items: {type: 'string', minLength: 1}}}},
          properties: {_errors: {type: 'array', items: {type: 'string'}}}},
      },
    },
  },
})

const escape = (text) => text.replaceAll('~', '~0').replaceAll('/', '~1')
const compiled = new Map()

/// The validator of a good answer of `path`, or undefined when the document does not know the path.
function answerValidator(path) {
  if (!paths[path]) return undefined
  if (!compiled.has(path)) {
    const verb = paths[path].post ? 'post' : Object.keys(paths[path])[0]
    compiled.set(path, ajv.compile({$ref: `seam#/paths/${escape(path)}/${verb}/responses/200/content/application~1json/schema`}))
  }
  return compiled.get(path)
}

const said = (validate) => validate.errors.slice(0, 6).map((e) => `${e.instancePath || '(body)'} ${e.message} ${JSON.stringify(e.params)}`)

/// What is wrong with an answer, as sentences; empty when nothing is.
export function complaints(path, status, body) {
  const validate = status === 200 ? answerValidator(path) : errorBody
  if (!validate || validate(body)) return []
  return said(validate)
}

/// The parameters of `path` as a document declares them: what every branch of a choice names, and what is always required.
export function parametersOf(path, document = openapi) {
  const properties = {}
  const required = new Set()
  const visit = (node, always) => {
    const schema = resolve(node, document)
    if (!schema) return
    for (const [name, one] of Object.entries(schema.properties ?? {})) properties[name] = resolve(one, document)
    if (always) for (const name of schema.required ?? []) required.add(name)
    for (const part of schema.allOf ?? []) visit(part, always)
    for (const choice of [...(schema.oneOf ?? []), ...(schema.anyOf ?? [])]) visit(choice, false)
  }
  visit(document.paths[path]?.post?.requestBody?.content?.['application/json']?.schema, true)
  return {required: [...required], properties}
}

function resolve(schema, document) {
  if (!schema?.$ref) return schema
  return schema.$ref.slice(2).split('/').reduce((at, part) => at[part.replaceAll('~1', '/').replaceAll('~0', '~')], document)
}
