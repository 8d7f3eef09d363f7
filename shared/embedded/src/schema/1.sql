-- Times of queues, schedules and records are milliseconds since 1970; those of items are seconds, as DynamoDB has them.

-- The table. Columns beside `item` repeat what stands in it, for the keys. Text is compared by its bytes, as DynamoDB does.
CREATE TABLE items (
    pk TEXT NOT NULL,
    sk TEXT NOT NULL,
    gsi1pk TEXT,
    gsi1sk TEXT,
    expires_at INTEGER,
    item BLOB NOT NULL,
    PRIMARY KEY (pk, sk)
) STRICT, WITHOUT ROWID;
CREATE INDEX items_gsi1 ON items (gsi1pk, gsi1sk, pk, sk) WHERE gsi1pk IS NOT NULL;
CREATE INDEX items_expiry ON items (expires_at) WHERE expires_at IS NOT NULL;

-- The stream. AUTOINCREMENT: a number is never given twice, also after the last record was trimmed.
CREATE TABLE records (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT,
    pk TEXT NOT NULL,
    sk TEXT NOT NULL,
    old BLOB,
    new BLOB,
    written_at INTEGER NOT NULL
) STRICT;
CREATE TABLE followers (
    name TEXT PRIMARY KEY,
    done INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- The queues. `interrupted` counts receptions whose process ended before they did.
CREATE TABLE messages (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    queue TEXT NOT NULL,
    body TEXT NOT NULL,
    grp TEXT,
    deduplication_id TEXT,
    reason TEXT,
    sent_at INTEGER NOT NULL,
    visible_at INTEGER NOT NULL,
    received INTEGER NOT NULL DEFAULT 0,
    interrupted INTEGER NOT NULL DEFAULT 0,
    first_received_at INTEGER
) STRICT;
CREATE INDEX messages_visibility ON messages (queue, visible_at, received, sent_at);
CREATE INDEX messages_groups ON messages (queue, grp, id) WHERE grp IS NOT NULL;
CREATE TABLE deduplication (
    queue TEXT NOT NULL,
    scope TEXT NOT NULL,
    name TEXT NOT NULL,
    until INTEGER NOT NULL,
    PRIMARY KEY (queue, scope, name)
) STRICT, WITHOUT ROWID;
CREATE INDEX deduplication_until ON deduplication (until);

-- Messages that are due at a time, for the queue `mail`.
CREATE TABLE schedules (
    name TEXT PRIMARY KEY,
    due_at INTEGER NOT NULL,
    message TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX schedules_due ON schedules (due_at);
