// The schema for editors knows what the loader knows: every shipped profile is good by it, and what the loader refuses for its shape is not.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import test from "node:test";
import { fileURLToPath } from "node:url";
import Ajv from "ajv";

const folder = fileURLToPath(new URL("../../config/profiles", import.meta.url));
const validate = new Ajv({ allErrors: true, allowUnionTypes: true, strictRequired: false }).compile(
  JSON.parse(readFileSync(`${folder}/profile.schema.json`, "utf8")),
);

const loaded = (text) =>
  JSON.parse(execFileSync("python3", ["-c", "import json, sys, yaml; print(json.dumps(yaml.safe_load(sys.stdin)))"], { input: text }));
const shipped = readdirSync(`${folder}/mqtt`).filter((name) => name.endsWith(".yaml"));
const text_of = (name) => readFileSync(`${folder}/mqtt/${name}`, "utf8");

test("there are profiles", () => assert.ok(shipped.length >= 4));

for (const name of shipped)
  test(`${name} is good`, () => {
    validate(loaded(text_of(name)));
    assert.deepEqual(validate.errors ?? [], []);
  });

const wrong = [
  ["esp-rfid-2.0.yaml", "retain: false", "retain: true"],
  ["esp-rfid-2.0.yaml", '"${topic}/cmd"', '"${topic}/+/cmd"'],
  ["esp-rfid-2.0.yaml", "quiet_ms: 3000", "quiet_ms: 3000, loud_ms: 1"],
  ["esp-rfid-2.0.yaml", "in_flight: 1", "in_flight: 4"],
  ["esp-rfid-2.0.yaml", "Admin: granted", "Admin: welcome"],
  ["esp-rfid-2.0.yaml", "[{pointer: /src, equals: door}]", "[]"],
  ["esp-rfid-2.0.yaml", "liveness: heartbeat", "liveness: sometimes"],
  ["esp-rfid-2.0.yaml", "pointer: /gh", "pointer: gh"],
  ["zigbee2mqtt-pin-lock.yaml", "fresh: after_request", "fresh: always"],
  ["zigbee2mqtt-pin-lock.yaml", "means: erase_done", "means: perhaps"],
  ["tasmota-relay-strike.yaml", "within_ms: 2000\n  - name: PowerOnState", "\n  - name: PowerOnState"],
  ["shelly-gen2-switch-strike.yaml", "kind: counter", "kind: dice"],
  ["shelly-gen2-switch-strike.yaml", "driver: mqtt", "driver: modbus"],
];
for (const [name, from, to] of wrong)
  test(`${name} with ${JSON.stringify(to)} is not`, () => {
    const text = text_of(name);
    assert.ok(text.includes(from), from);
    assert.equal(validate(loaded(text.replace(from, to))), false);
  });
