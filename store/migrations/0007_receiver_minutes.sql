-- What lets silence be believed: a row for each minute in which a receiver lived, and one for each minute in which a
-- heartbeat was told as firing. Nights before these tables have neither; nothing is claimed of them.

CREATE TABLE receiver_minutes (
    minute        timestamptz NOT NULL,
    receiver      text NOT NULL, -- one process
    answers       jsonb NOT NULL DEFAULT '{}', -- how many webhooks got which status code
    database_away boolean NOT NULL DEFAULT false, -- whether the database took nothing of all that it was asked
    PRIMARY KEY (minute, receiver)
);

CREATE TABLE heartbeat_minutes (
    source      text NOT NULL,
    fingerprint text NOT NULL,
    minute      timestamptz NOT NULL,
    PRIMARY KEY (source, fingerprint, minute)
);
CREATE INDEX heartbeat_minutes_minute ON heartbeat_minutes (minute);
