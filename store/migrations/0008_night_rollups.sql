-- What is kept of a told window for comparing later nights with it, longer than its digest and its alerts: nothing here
-- points to them. Windows never overlap, so the end of one names it.
-- received: whether a webhook came, without which the counts say nothing. prometheus: whether it answered, without which
-- they are lower bounds.

CREATE TABLE night_rollups (
    window_end   timestamptz PRIMARY KEY,
    window_start timestamptz NOT NULL CHECK (window_start < window_end),
    timezone     text NOT NULL,
    received     boolean NOT NULL,
    prometheus   boolean NOT NULL,
    groups       integer NOT NULL,
    occurrences  bigint NOT NULL,
    series       bigint NOT NULL,
    firing       bigint NOT NULL,
    stale        bigint NOT NULL,
    resolved     bigint NOT NULL,
    attention    integer NOT NULL
);

-- group_key stands for the five names, which may be longer than an index takes. A bit of hours is a local hour in which
-- the group fired (bit 0: from 00:00 to 01:00); NULL where that is not known.
CREATE TABLE night_rollup_groups (
    window_end     timestamptz NOT NULL REFERENCES night_rollups (window_end) ON DELETE CASCADE,
    group_key      uuid NOT NULL,
    source         text NOT NULL,
    cluster        text NOT NULL,
    alertname      text NOT NULL,
    severity       text NOT NULL,
    namespace      text NOT NULL,
    level          text NOT NULL,
    attention      boolean NOT NULL,
    occurrences    bigint NOT NULL,
    series         bigint NOT NULL,
    firing_seconds bigint NOT NULL,
    first_seen     timestamptz NOT NULL,
    last_seen      timestamptz NOT NULL,
    hours          integer,
    PRIMARY KEY (window_end, group_key)
);
CREATE INDEX night_rollup_groups_key ON night_rollup_groups (group_key, window_end DESC);
