-- What snapshots saw of the cluster, since it forgets: events live an hour, ended containers until the next end.
-- One row for each thing by kind and key; a later sight replaces an earlier one.

CREATE TABLE cluster_observations (
    kind text NOT NULL,
    key  text NOT NULL,
    at   timestamptz NOT NULL,
    data jsonb NOT NULL,
    PRIMARY KEY (kind, key)
);
CREATE INDEX cluster_observations_at ON cluster_observations (at);
CREATE INDEX cluster_observations_pod ON cluster_observations ((data->>'namespace'), (data->>'name')) WHERE kind = 'Pod';
CREATE INDEX cluster_observations_replicas ON cluster_observations ((data->'workload'), at DESC) WHERE kind = 'ReplicaCount';
