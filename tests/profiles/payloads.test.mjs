// What the driver says to a lock, as recorded in its conversation (which another test holds the driver to, word for word), through the
// converters and the frame writer that zigbee2mqtt uses; and what a lock answers, through them, in the shape the recording has.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import test from "node:test";

const require = createRequire(import.meta.url);
const toZigbee = require("zigbee-herdsman-converters/converters/toZigbee");
const fromZigbee = require("zigbee-herdsman-converters/converters/fromZigbee");
const { Zcl } = require("zigbee-herdsman");

const recording = readFileSync(new URL("../../config/profiles/mqtt/zigbee2mqtt-pin-lock.replay", import.meta.url), "utf8").split("\n");
const slots = 250;

/** Payloads the driver publishes on a topic that ends so. */
const said = (end) =>
  recording
    .filter((line) => line.startsWith(">@ ") && line.split(" ")[1].endsWith(end))
    .map((line) => JSON.parse(line.split(" ").slice(2).join(" ")));

/** A lock that takes down which commands it is sent. */
function lock() {
  const sent = [];
  const endpoint = {
    ID: 1,
    command: async (cluster, name, payload) => void sent.push({ cluster, name, payload }),
    read: async () => undefined,
    getDevice: () => ({ customClusters: {} }),
  };
  const meta = (message) => ({ message, mapped: { meta: { pinCodeCount: slots } }, state: {}, options: {} });
  return { sent, endpoint, meta };
}

const converter = { pin_code: toZigbee.pincode_lock, state: toZigbee.lock };

async function through(way, payload) {
  const { sent, endpoint, meta } = lock();
  for (const [key, value] of Object.entries(payload))
    await (way === "convertSet" ? converter[key].convertSet(endpoint, key, value, meta(payload)) : converter[key].convertGet(endpoint, key, meta(payload)));
  return sent;
}

/** The bytes on the air: frame control, sequence 1, command, payload. */
function bytes({ cluster, name, payload }) {
  const frame = Zcl.Frame.create(Zcl.FrameType.SPECIFIC, Zcl.Direction.CLIENT_TO_SERVER, true, undefined, 1, name, cluster, payload, {}, 0);
  return frame.toBuffer().subarray(1).toString("hex"); // its first byte says whether a default response is wanted
}

test("a code is set in its slot, leading zeros kept, and cleared", async () => {
  const frames = [];
  for (const payload of said("/set")) {
    const sent = await through("convertSet", payload);
    assert.equal(sent.length, 1, JSON.stringify(payload));
    frames.push(bytes(sent[0]));
  }
  assert.deepEqual([...new Set(frames)], [
    "0100" + "00", // lock without a code
    "0105" + "0100" + "01" + "00" + "04" + "30303132", // set slot 1, enabled, unrestricted, "0012"
    "0107" + "0100", // clear slot 1
    "0101" + "00", // unlock without a code
  ]);
});

test("a slot is asked for alone", async () => {
  const asked = said("/get");
  assert.ok(asked.length >= 5);
  for (const payload of asked) {
    const sent = await through("convertGet", payload);
    assert.equal(sent.length, 1, JSON.stringify(payload));
    assert.equal(sent[0].name, "getPinCode");
    assert.equal(sent[0].payload.userid, payload.pin_code.user);
  }
});

test("a slot beyond the lock is refused by the bridge, which is why it is never asked for", async () => {
  await assert.rejects(through("convertSet", { pin_code: { user: slots, pin_code: "1234" } }));
});

test("what a lock answers has the shape of the recording", () => {
  const answer = (userid, userstatus, pin, options) =>
    fromZigbee.lock_pin_code_response.convert({}, { data: { userid, userstatus, usertype: 0, pincodevalue: pin } }, undefined, options, {});
  assert.deepEqual(answer(1, 1, "0012", {}), { users: { 1: { status: "enabled" } } });
  assert.deepEqual(answer(3, 0, "", {}), { users: { 3: { status: "available" } } });
  assert.deepEqual(answer(2, 3, "0012", { expose_pin: true }), { users: { 2: { status: "disabled", pin_code: "0012" } } });
  assert.deepEqual(answer(2, 7, "", {}), { users: { 2: { status: "not_supported_7" } } });
  const recorded = recording.filter((line) => line.startsWith("< ")).map((line) => JSON.parse(line.slice(2)));
  const words = new Set(recorded.flatMap((state) => Object.values(state.users ?? {}).map((user) => user.status)));
  assert.deepEqual([...words].sort(), ["available", "enabled"]);
});

test("what a lock tells of its keypad has the words of the profile", () => {
  const event = (opereventcode, opereventsrc, userid) =>
    fromZigbee.lock_operation_event.convert({}, { data: { opereventcode, opereventsrc, userid }, endpoint: { ID: 1 } }, undefined, {}, {});
  const unlocked = event(2, 0, 1);
  assert.equal(unlocked.action, "unlock");
  assert.equal(unlocked.action_source_name, "keypad");
  assert.equal(unlocked.action_user, 1);
  assert.equal(event(2, 1, 65535).action_source_name, "rf");
  assert.equal(event(5, 0, 65535).action, "unlock_failure_invalid_pin_or_id");
});
