#include "store/schema.hpp"

#include <array>

namespace gatehouse::store {

namespace {

// Keys are random ids, so WITHOUT ROWID keeps one tree per table. References are checked by the directory before a change gets here:
// a second check of each would cost a look-up per row.
constexpr const char* version_1 = R"sql(
CREATE TABLE workspace (
    id BLOB NOT NULL, key TEXT NOT NULL, name TEXT NOT NULL, absent INTEGER NOT NULL, created_at INTEGER NOT NULL,
    touched INTEGER NOT NULL, PRIMARY KEY (id)) STRICT, WITHOUT ROWID;
CREATE TABLE line (
    id BLOB NOT NULL, key TEXT NOT NULL, driver TEXT NOT NULL, endpoint TEXT NOT NULL, absent INTEGER NOT NULL, touched INTEGER NOT NULL,
    PRIMARY KEY (id)) STRICT, WITHOUT ROWID;
CREATE TABLE device (
    id BLOB NOT NULL, key TEXT NOT NULL, name TEXT NOT NULL, line BLOB NOT NULL, profile TEXT NOT NULL, address TEXT NOT NULL,
    policy TEXT NOT NULL, absent INTEGER NOT NULL, created_at INTEGER NOT NULL, touched INTEGER NOT NULL, PRIMARY KEY (id)) STRICT, WITHOUT ROWID;
CREATE TABLE door (
    id BLOB NOT NULL, key TEXT NOT NULL, name TEXT NOT NULL, owner BLOB NOT NULL, device BLOB NOT NULL, output INTEGER NOT NULL,
    wiring TEXT NOT NULL, absent INTEGER NOT NULL, created_at INTEGER NOT NULL, touched INTEGER NOT NULL,
    PRIMARY KEY (id)) STRICT, WITHOUT ROWID;
CREATE TABLE door_share (
    door BLOB NOT NULL, workspace BLOB NOT NULL, touched INTEGER NOT NULL, PRIMARY KEY (door, workspace)) STRICT, WITHOUT ROWID;
CREATE TABLE system (
    id BLOB NOT NULL, workspace BLOB NOT NULL, key TEXT NOT NULL, name TEXT NOT NULL, absent INTEGER NOT NULL,
    created_at INTEGER NOT NULL, touched INTEGER NOT NULL, PRIMARY KEY (id)) STRICT, WITHOUT ROWID;
CREATE TABLE entrance (
    id BLOB NOT NULL, workspace BLOB NOT NULL, system BLOB NOT NULL, key TEXT NOT NULL, name TEXT NOT NULL, door BLOB NOT NULL,
    cloud_key INTEGER NOT NULL, mode TEXT NOT NULL, modes TEXT NOT NULL, absent INTEGER NOT NULL, created_at INTEGER NOT NULL,
    touched INTEGER NOT NULL, PRIMARY KEY (id)) STRICT, WITHOUT ROWID;
CREATE TABLE access_group (
    id BLOB NOT NULL, workspace BLOB NOT NULL, system BLOB NOT NULL, key TEXT NOT NULL, name TEXT NOT NULL, starts_at INTEGER,
    ends_at INTEGER, override_lockdown INTEGER NOT NULL, lease_none INTEGER NOT NULL, absent INTEGER NOT NULL,
    created_at INTEGER NOT NULL, touched INTEGER NOT NULL, PRIMARY KEY (id)) STRICT, WITHOUT ROWID;
CREATE TABLE group_entrance (
    access_group BLOB NOT NULL, entrance BLOB NOT NULL, workspace BLOB NOT NULL, hours TEXT NOT NULL, touched INTEGER NOT NULL,
    PRIMARY KEY (access_group, entrance)) STRICT, WITHOUT ROWID;
CREATE TABLE identity (
    id BLOB NOT NULL, workspace BLOB NOT NULL, full_name TEXT, email_address TEXT, phone_number TEXT, key TEXT,
    created_at INTEGER NOT NULL, touched INTEGER NOT NULL, PRIMARY KEY (id)) STRICT, WITHOUT ROWID;
CREATE TABLE user (
    id BLOB NOT NULL, workspace BLOB NOT NULL, system BLOB NOT NULL, identity BLOB, full_name TEXT, email_address TEXT,
    phone_number TEXT, starts_at INTEGER, ends_at INTEGER, suspended INTEGER NOT NULL, created_at INTEGER NOT NULL,
    touched INTEGER NOT NULL, PRIMARY KEY (id)) STRICT, WITHOUT ROWID;
CREATE TABLE membership (
    user BLOB NOT NULL, access_group BLOB NOT NULL, workspace BLOB NOT NULL, touched INTEGER NOT NULL,
    PRIMARY KEY (user, access_group)) STRICT, WITHOUT ROWID;
CREATE TABLE direct_grant (
    user BLOB NOT NULL, entrance BLOB NOT NULL, workspace BLOB NOT NULL, touched INTEGER NOT NULL,
    PRIMARY KEY (user, entrance)) STRICT, WITHOUT ROWID;
CREATE TABLE device_grant (
    identity BLOB NOT NULL, door BLOB NOT NULL, workspace BLOB NOT NULL, touched INTEGER NOT NULL,
    PRIMARY KEY (identity, door)) STRICT, WITHOUT ROWID;
CREATE TABLE credential (
    id BLOB NOT NULL, workspace BLOB NOT NULL, system BLOB NOT NULL, user BLOB, method INTEGER NOT NULL, code TEXT, card_number TEXT,
    facility_code INTEGER, card_format TEXT, card_uid TEXT, starts_at INTEGER, ends_at INTEGER, list INTEGER NOT NULL,
    multi_phone_sync INTEGER NOT NULL, created_at INTEGER NOT NULL, touched INTEGER NOT NULL, PRIMARY KEY (id)) STRICT, WITHOUT ROWID;
CREATE TABLE credential_entrance (
    credential BLOB NOT NULL, entrance BLOB NOT NULL, workspace BLOB NOT NULL, touched INTEGER NOT NULL,
    PRIMARY KEY (credential, entrance)) STRICT, WITHOUT ROWID;
CREATE TABLE token (
    id BLOB NOT NULL, workspace BLOB NOT NULL, name TEXT NOT NULL, digest BLOB NOT NULL, created_at INTEGER NOT NULL,
    touched INTEGER NOT NULL, PRIMARY KEY (id)) STRICT, WITHOUT ROWID;
CREATE TABLE action_attempt (
    id BLOB NOT NULL, workspace BLOB NOT NULL, type TEXT NOT NULL, status INTEGER NOT NULL, door BLOB NOT NULL, error_type TEXT,
    error_message TEXT, created_at INTEGER NOT NULL, touched INTEGER NOT NULL, PRIMARY KEY (id)) STRICT, WITHOUT ROWID;

CREATE TABLE placement (
    device BLOB NOT NULL, key TEXT NOT NULL, workspace BLOB NOT NULL, credential BLOB NOT NULL, user BLOB, label TEXT NOT NULL,
    slot INTEGER,    fingerprint INTEGER NOT NULL, doors INTEGER NOT NULL, starts_at INTEGER NOT NULL, ends_at INTEGER NOT NULL, truth INTEGER NOT NULL,
    leaving INTEGER NOT NULL, reason TEXT NOT NULL, since INTEGER NOT NULL, verified_at INTEGER, number INTEGER NOT NULL,
    PRIMARY KEY (device, key)) STRICT, WITHOUT ROWID;

-- The journal. `rows` is the list of rows put or erased, written under schema version `version`.
CREATE TABLE change (
    number INTEGER PRIMARY KEY, at INTEGER NOT NULL, who TEXT NOT NULL, source TEXT NOT NULL, request TEXT NOT NULL,
    version INTEGER NOT NULL, rows BLOB NOT NULL) STRICT;

-- `refs` is the list of objects an event is about, 16 bytes each; event_ref finds events by object.
CREATE TABLE event (
    number INTEGER PRIMARY KEY, change INTEGER NOT NULL, id BLOB NOT NULL, workspace BLOB NOT NULL, type TEXT NOT NULL,
    occurred_at INTEGER NOT NULL, who TEXT NOT NULL, source TEXT NOT NULL, body TEXT NOT NULL, refs BLOB NOT NULL,
    chain BLOB NOT NULL) STRICT;
CREATE INDEX event_by_workspace ON event (workspace);
CREATE TABLE event_ref (object BLOB NOT NULL, event INTEGER NOT NULL, PRIMARY KEY (object, event)) STRICT, WITHOUT ROWID;

CREATE TABLE cursor (name TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY (name)) STRICT, WITHOUT ROWID;

-- Where the event chain begins: the last event that was pruned.
CREATE TABLE chain_base (only INTEGER PRIMARY KEY CHECK (only = 1), number INTEGER NOT NULL, chain BLOB NOT NULL) STRICT;
INSERT INTO chain_base VALUES (1, 0, zeroblob(32));
)sql";

// An entry may be several people's: who they are stands in one list, with the doors each has by it.
constexpr const char* version_2 = R"sql(
ALTER TABLE placement RENAME TO placement_1;
CREATE TABLE placement (
    device BLOB NOT NULL, key TEXT NOT NULL, holders TEXT NOT NULL, slot INTEGER, fingerprint INTEGER NOT NULL, doors INTEGER NOT NULL,
    starts_at INTEGER NOT NULL, ends_at INTEGER NOT NULL, truth INTEGER NOT NULL, leaving INTEGER NOT NULL, reason TEXT NOT NULL,
    since INTEGER NOT NULL, verified_at INTEGER, number INTEGER NOT NULL, PRIMARY KEY (device, key)) STRICT, WITHOUT ROWID;
WITH old AS (SELECT *, lower(hex(workspace)) AS w, lower(hex(credential)) AS c, lower(hex(user)) AS u FROM placement_1)
INSERT INTO placement SELECT device, key, json_array(json_object(
        'workspace', substr(w,1,8) || '-' || substr(w,9,4) || '-' || substr(w,13,4) || '-' || substr(w,17,4) || '-' || substr(w,21),
        'credential', substr(c,1,8) || '-' || substr(c,9,4) || '-' || substr(c,13,4) || '-' || substr(c,17,4) || '-' || substr(c,21),
        'user', CASE WHEN user IS NOT NULL THEN
            substr(u,1,8) || '-' || substr(u,9,4) || '-' || substr(u,13,4) || '-' || substr(u,17,4) || '-' || substr(u,21) END,
        'label', label, 'doors', doors)),
    slot, fingerprint, doors, starts_at, ends_at, truth, leaving, reason, since, verified_at, number FROM old;
DROP TABLE placement_1;
)sql";

// Weekly opening hours, which the configuration declares for the whole site.
constexpr const char* version_3 = R"sql(
CREATE TABLE hours (
    key TEXT NOT NULL, zone TEXT NOT NULL, week TEXT NOT NULL, closed_on TEXT NOT NULL, absent INTEGER NOT NULL, touched INTEGER NOT NULL,
    PRIMARY KEY (key)) STRICT, WITHOUT ROWID;
)sql";

// A person can be stopped everywhere. Access grants and their methods.
// A code in a slot is known by its credential, and may be changed where it stands. Whose a code is at a door is on record.
constexpr const char* version_4 = R"sql(
ALTER TABLE placement RENAME TO placement_3;
CREATE TABLE placement (
    device BLOB NOT NULL, key TEXT NOT NULL, holders TEXT NOT NULL, slot INTEGER, fingerprint INTEGER NOT NULL, value INTEGER NOT NULL,
    superseded INTEGER NOT NULL, doors INTEGER NOT NULL, starts_at INTEGER NOT NULL, ends_at INTEGER NOT NULL, truth INTEGER NOT NULL,
    leaving INTEGER NOT NULL, reason TEXT NOT NULL, since INTEGER NOT NULL, verified_at INTEGER, number INTEGER NOT NULL,
    PRIMARY KEY (device, key)) STRICT, WITHOUT ROWID;
INSERT INTO placement SELECT device, key, holders, slot, fingerprint, 0, 0, doors, starts_at, ends_at, truth, leaving, reason, since,
    verified_at, number FROM placement_3;
DROP TABLE placement_3;
CREATE TABLE pin_claim (
    door BLOB NOT NULL, pin TEXT NOT NULL, credential BLOB NOT NULL, workspace BLOB NOT NULL, touched INTEGER NOT NULL,
    PRIMARY KEY (door, pin)) STRICT, WITHOUT ROWID;
CREATE TABLE credential_door (
    credential BLOB NOT NULL, door BLOB NOT NULL, workspace BLOB NOT NULL, touched INTEGER NOT NULL,
    PRIMARY KEY (credential, door)) STRICT, WITHOUT ROWID;
CREATE TABLE access_grant (
    id BLOB NOT NULL, workspace BLOB NOT NULL, identity BLOB NOT NULL, key TEXT, name TEXT, reservation_key TEXT,
    starts_at INTEGER NOT NULL, ends_at INTEGER, deleting INTEGER NOT NULL, created_at INTEGER NOT NULL, touched INTEGER NOT NULL,
    PRIMARY KEY (id)) STRICT, WITHOUT ROWID;
CREATE TABLE grant_entrance (
    access_grant BLOB NOT NULL, entrance BLOB NOT NULL, workspace BLOB NOT NULL, touched INTEGER NOT NULL,
    PRIMARY KEY (access_grant, entrance)) STRICT, WITHOUT ROWID;
CREATE TABLE grant_door (
    access_grant BLOB NOT NULL, door BLOB NOT NULL, workspace BLOB NOT NULL, touched INTEGER NOT NULL,
    PRIMARY KEY (access_grant, door)) STRICT, WITHOUT ROWID;
CREATE TABLE access_method (
    id BLOB NOT NULL, workspace BLOB NOT NULL, access_grant BLOB NOT NULL, mode INTEGER NOT NULL, code TEXT, deleting INTEGER NOT NULL,
    created_at INTEGER NOT NULL, touched INTEGER NOT NULL, PRIMARY KEY (id)) STRICT, WITHOUT ROWID;
CREATE TABLE method_credential (
    method BLOB NOT NULL, credential BLOB NOT NULL, workspace BLOB NOT NULL, touched INTEGER NOT NULL,
    PRIMARY KEY (method, credential)) STRICT, WITHOUT ROWID;
ALTER TABLE identity RENAME TO identity_3;
CREATE TABLE identity (
    id BLOB NOT NULL, workspace BLOB NOT NULL, full_name TEXT, email_address TEXT, phone_number TEXT, key TEXT, frozen INTEGER NOT NULL,
    created_at INTEGER NOT NULL, touched INTEGER NOT NULL, PRIMARY KEY (id)) STRICT, WITHOUT ROWID;
INSERT INTO identity SELECT id, workspace, full_name, email_address, phone_number, key, 0, created_at, touched FROM identity_3;
DROP TABLE identity_3;
ALTER TABLE action_attempt RENAME TO action_attempt_3;
CREATE TABLE action_attempt (
    id BLOB NOT NULL, workspace BLOB NOT NULL, type TEXT NOT NULL, status INTEGER NOT NULL, door BLOB NOT NULL, method BLOB,
    error_type TEXT, error_message TEXT, created_at INTEGER NOT NULL, touched INTEGER NOT NULL, PRIMARY KEY (id)) STRICT, WITHOUT ROWID;
INSERT INTO action_attempt SELECT id, workspace, type, status, door, NULL, error_type, error_message, created_at, touched
    FROM action_attempt_3;
DROP TABLE action_attempt_3;
)sql";

// Every current row carries a hash of itself (row_hash.hpp), and one row the count of each table and the ends of the journal (tally.hpp).
// migrate() fills both in, here and behind every later step: a new table of current rows declares `row_hash INTEGER DEFAULT 0`, a table
// that is copied into another takes its row_hash along, and NULL stays NULL.
constexpr const char* version_5 = R"sql(
ALTER TABLE workspace ADD COLUMN row_hash INTEGER DEFAULT 0;
ALTER TABLE hours ADD COLUMN row_hash INTEGER DEFAULT 0;
ALTER TABLE line ADD COLUMN row_hash INTEGER DEFAULT 0;
ALTER TABLE device ADD COLUMN row_hash INTEGER DEFAULT 0;
ALTER TABLE door ADD COLUMN row_hash INTEGER DEFAULT 0;
ALTER TABLE door_share ADD COLUMN row_hash INTEGER DEFAULT 0;
ALTER TABLE system ADD COLUMN row_hash INTEGER DEFAULT 0;
ALTER TABLE entrance ADD COLUMN row_hash INTEGER DEFAULT 0;
ALTER TABLE access_group ADD COLUMN row_hash INTEGER DEFAULT 0;
ALTER TABLE group_entrance ADD COLUMN row_hash INTEGER DEFAULT 0;
ALTER TABLE identity ADD COLUMN row_hash INTEGER DEFAULT 0;
ALTER TABLE user ADD COLUMN row_hash INTEGER DEFAULT 0;
ALTER TABLE membership ADD COLUMN row_hash INTEGER DEFAULT 0;
ALTER TABLE direct_grant ADD COLUMN row_hash INTEGER DEFAULT 0;
ALTER TABLE device_grant ADD COLUMN row_hash INTEGER DEFAULT 0;
ALTER TABLE credential ADD COLUMN row_hash INTEGER DEFAULT 0;
ALTER TABLE credential_entrance ADD COLUMN row_hash INTEGER DEFAULT 0;
ALTER TABLE credential_door ADD COLUMN row_hash INTEGER DEFAULT 0;
ALTER TABLE pin_claim ADD COLUMN row_hash INTEGER DEFAULT 0;
ALTER TABLE access_grant ADD COLUMN row_hash INTEGER DEFAULT 0;
ALTER TABLE grant_entrance ADD COLUMN row_hash INTEGER DEFAULT 0;
ALTER TABLE grant_door ADD COLUMN row_hash INTEGER DEFAULT 0;
ALTER TABLE access_method ADD COLUMN row_hash INTEGER DEFAULT 0;
ALTER TABLE method_credential ADD COLUMN row_hash INTEGER DEFAULT 0;
ALTER TABLE token ADD COLUMN row_hash INTEGER DEFAULT 0;
ALTER TABLE action_attempt ADD COLUMN row_hash INTEGER DEFAULT 0;
ALTER TABLE placement ADD COLUMN row_hash INTEGER DEFAULT 0;
ALTER TABLE cursor ADD COLUMN row_hash INTEGER DEFAULT 0;
CREATE TABLE integrity (only INTEGER PRIMARY KEY CHECK (only = 1), body BLOB NOT NULL, hash INTEGER NOT NULL) STRICT;
)sql";

// A key that the file changes: what had which key before, and the one a workspace began with.
constexpr const char* version_6 = R"sql(
ALTER TABLE workspace ADD COLUMN was TEXT NOT NULL DEFAULT '';
ALTER TABLE workspace ADD COLUMN first_key TEXT NOT NULL DEFAULT '';
ALTER TABLE line ADD COLUMN was TEXT NOT NULL DEFAULT '';
ALTER TABLE device ADD COLUMN was TEXT NOT NULL DEFAULT '';
ALTER TABLE door ADD COLUMN was TEXT NOT NULL DEFAULT '';
ALTER TABLE system ADD COLUMN was TEXT NOT NULL DEFAULT '';
ALTER TABLE entrance ADD COLUMN was TEXT NOT NULL DEFAULT '';
ALTER TABLE access_group ADD COLUMN was TEXT NOT NULL DEFAULT '';
)sql";

// What an access grant's times were before they were moved, and since when a person is stopped everywhere.
constexpr const char* version_7 = R"sql(
ALTER TABLE access_grant ADD COLUMN moved_at INTEGER;
ALTER TABLE access_grant ADD COLUMN was_starts_at INTEGER;
ALTER TABLE access_grant ADD COLUMN was_ends_at INTEGER;
ALTER TABLE identity ADD COLUMN frozen_at INTEGER;
)sql";

constexpr std::array steps{Migration{1, version_1}, Migration{2, version_2}, Migration{3, version_3}, Migration{4, version_4},
                           Migration{5, version_5}, Migration{6, version_6}, Migration{7, version_7}};

} // namespace

std::span<const Migration> migrations()
{
    return steps;
}

} // namespace gatehouse::store
