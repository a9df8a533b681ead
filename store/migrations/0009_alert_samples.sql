-- What an Alertmanager had of each rule at one moment: how many series fired, and how many of those were silenced or
-- inhibited, which no webhook tells. source is empty where it is not known under which name the receiver has it.

CREATE TABLE alert_samples (
    at        timestamptz NOT NULL,
    source    text NOT NULL,
    cluster   text NOT NULL,
    alertname text NOT NULL,
    severity  text NOT NULL,
    firing    integer NOT NULL CHECK (firing >= 0),
    silenced  integer NOT NULL CHECK (silenced BETWEEN 0 AND firing),
    inhibited integer NOT NULL CHECK (inhibited BETWEEN 0 AND firing),
    PRIMARY KEY (at, source, cluster, alertname, severity)
);
