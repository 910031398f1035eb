#pragma once

namespace gatehouse::profile::sample {

/// A controller with a list, and a lock with slots: between them they use every block of the language.
inline constexpr const char* controller = R"yaml(profile: esp-rfid/2.0
driver: mqtt
params: {topic: {type: topic}, ip: {type: ipv4}, hostname: {type: text}, relays: {type: int, min: 1, max: 1, default: 1}}   # more is refused: opendoor drives every relay, and no entry can leave relay 1 out
caps: {stores_credentials: true, credential_kinds: [card_uid_hex, pin], pin_length: {min: 1, max: 7}, pin_digits_only: true,
       key_limit: 19, capacity: 0, doors: "${relays}", door_grouping: all,
       supports_validity: seconds, max_epoch: 4294967295, supports_schedule: per_device, supports_readback: list_unbounded,
       ack: uncorrelated, ack_proves_storage: false, idempotent_put: true, unlock_pulse: device_fixed, events: live,
       clock: readable, liveness: heartbeat}
limits: {op_timeout_ms: 15000, in_flight: 1, max_payload: 2000, late_ack_grace_ms: 5000, readback_s: 7}
topics: {command: "${topic}/cmd", reply: "${topic}/send", retain: false, qos: 1}
from_device: {all: [{pointer: /hostname, equals: "${hostname}"}], any_of_missing: allow}   # list entries carry no hostname
ops:
  put:
    send: {cmd: adduser, doorip: "${ip}", uid: "${key:hex_text}", user: "${label}", acctype: 1,
           validsince: "${from:epoch_s}", validuntil: "${until:epoch_s}", pincode: "${pin|''}", gh: "${tag}"}
    ack: {all: [{pointer: /type, equals: adduser}, {pointer: /ip, equals: "${ip}"}]}
  erase:
    send: {cmd: deletuid, doorip: "${ip}", uid: "${key:hex_text}"}
    ack: {all: [{pointer: /type, equals: deletuid}, {pointer: /ip, equals: "${ip}"}]}
  list:
    send: {cmd: getuserlist, doorip: "${ip}"}
    entry: {any: [{pointer: /cmd, equals: adduser}, {pointer: /command, equals: userfile}], guard: {pointer: /doorip, equals_or_absent: "${ip}"}}
    end: {quiet_ms: 3000}
    absent_after: 2               # consecutive complete-looking rounds before "absent" is believed
    map: {key: {pointer: /uid, dec: hex_text}, state: {pointer: /acctype, as: int, enum: {0: disabled, 1: active, 99: admin}},
          from: {pointer: /validsince, as: int}, until: {pointer: /validuntil, as: int}, tag: {pointer: /gh}}
  unlock: {send: {cmd: opendoor, doorip: "${ip}"}, ack: {all: [{pointer: /type, equals: access}, {pointer: /username, equals: MQTT}]}}
events:
  - {when: [{pointer: /type, equals: access}], kind: {pointer: /access, enum: {Always: granted, Admin: granted, Denied: denied_unknown, Expired: denied_time, Disabled: denied_disabled, "Wrong pin code": denied_pin}},
     key: /uid, time: {pointer: /time, enc: epoch_s}}
  - {when: [{pointer: /src, equals: door}], kind: {pointer: /desc, enum: {"Door Open": door_open, "Door Closed": door_closed}}}
liveness: {heartbeat: {when: [{pointer: /type, equals: heartbeat}], every_s: 180, offline_after: 2.5}, restart_when: {when: [{pointer: /type, equals: heartbeat}], pointer: /uptime, decreases: true}, clock: {match: {any: [{pointer: /type, equals: heartbeat}, {pointer: /type, equals: boot}]}, time: {pointer: /time, enc: epoch_s}}}   # boot says "0" at every connect
)yaml";

inline constexpr const char* slot_lock = R"yaml(profile: zigbee2mqtt/pin-lock/yale-250
driver: mqtt
params: {base: {type: topic, default: zigbee2mqtt}, name: {type: topic}, slots: {type: int, min: 1, max: 250, default: 250}, first: {type: int, default: 1}}
caps: {stores_credentials: true, credential_kinds: [pin], pin_length: {min: 4, max: 8}, pin_digits_only: true, slot_based: true,
       capacity: "${slots}", doors: 1, door_grouping: all, supports_validity: none, supports_readback: one, ack: none, unlock_pulse: device_fixed, events: live}
limits: {op_timeout_ms: 15000, in_flight: 1}
topics: {command: "${base}/${name}/set", query: "${base}/${name}/get", reply: "${base}/${name}", retain: false, qos: 1}
ops:
  put:   {send: {pin_code: {user: "${slot:int}", user_type: unrestricted, user_enabled: true, pin_code: "${pin}"}}, verify: one}
  erase: {send: {pin_code: {user: "${slot:int}", pin_code: null}}, verify: one}
  one:
    send_to: query
    send: {pin_code: {user: "${slot:int}"}}
    fresh: after_request          # only messages received after the request count
    map: {state: {pointer: "/users/${slot}/status", enum: {enabled: active, disabled: disabled, available: free}},
          pin: {pointer: "/users/${slot}/pin_code", only_when: active, optional: true, secret: true}}
  unlock: {send: {state: UNLOCK}, confirm: {pointer: /lock_state, equals: unlocked, within_ms: 10000}}
  lock:   {send: {state: LOCK}, confirm: {pointer: /lock_state, equals: locked, within_ms: 10000}}
hints:                            # accepted as early success, never as the only proof
  - {when: [{pointer: /action, equals: pin_code_added}], slot: /action_user, means: put_done}
  - {when: [{pointer: /action, equals: pin_code_deleted}], slot: /action_user, means: erase_done}
failures: {topic: "${base}/bridge/logging", when: [{pointer: /level, equals: error}], contains: ["'${name}'", "'pin_code'"]}
events:
  - {when: [{pointer: /action, equals: unlock}], kind: granted, slot: /action_user, source: /action_source_name}
  - {when: [{pointer: /action, equals: unlock_failure_invalid_pin_or_id}], kind: denied_pin, slot: /action_user}
liveness: {topic: "${base}/${name}/availability", up: [{pointer: /state, equals: online}, {text: online}], down: [{pointer: /state, equals: offline}, {text: offline}]}
)yaml";

} // namespace gatehouse::profile::sample
