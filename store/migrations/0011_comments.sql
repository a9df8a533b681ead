-- What each table and column means, where psql and every other tool shows it; docs/schema.md is written from it.
-- A comment changes no row, and neither readers nor writers wait for it; it waits for a VACUUM of its table.

COMMENT ON TABLE capture_windows IS
    'The nights: a row for each capture window, half open, in UTC. They never overlap, and at most one is active.';
COMMENT ON COLUMN capture_windows.id IS 'Names the window in digests and alerts.';
COMMENT ON COLUMN capture_windows.window_start IS 'When it opens.';
COMMENT ON COLUMN capture_windows.window_end IS 'When it closes; not part of it.';
COMMENT ON COLUMN capture_windows.status IS
    'active: not over. completed: over and without a digest. digest_sent: told. skipped: missed; a later card says so.';
COMMENT ON COLUMN capture_windows.digest_generated_at IS 'When the card that told it was made.';
COMMENT ON COLUMN capture_windows.digest_sent_at IS 'When that card was accepted.';
COMMENT ON COLUMN capture_windows.alert_count IS 'Occurrences that the card told.';

COMMENT ON TABLE alerts IS
    'A row is an episode: one firing of one series at one source, however often and in whatever order it was told.';
COMMENT ON COLUMN alerts.id IS 'Names the episode in digest_alerts.';
COMMENT ON COLUMN alerts.source IS
    'Who sent it, by the token or the user of its webhook; default where none is asked for.';
COMMENT ON COLUMN alerts.fingerprint IS 'Alertmanager''s hash of the labels, or ours where none was sent.';
COMMENT ON COLUMN alerts.alertname IS 'The label of that name.';
COMMENT ON COLUMN alerts.status IS
    'firing, or resolved: told as ended, and not told as firing more than two minutes after that.';
COMMENT ON COLUMN alerts.severity IS 'The label of that name, as it was sent.';
COMMENT ON COLUMN alerts.namespace IS 'The label of that name.';
COMMENT ON COLUMN alerts.labels IS 'All labels, as they were sent.';
COMMENT ON COLUMN alerts.annotations IS 'All annotations, as they were sent.';
COMMENT ON COLUMN alerts.generator_url IS 'The link to its expression that the sender gave.';
COMMENT ON COLUMN alerts.starts_at IS 'When it began to fire, as it was sent.';
COMMENT ON COLUMN alerts.ends_at IS 'When it ended, the latest time that was told; NULL where no end was.';
COMMENT ON COLUMN alerts.received_at IS 'When it was first heard of.';
COMMENT ON COLUMN alerts.last_received_at IS 'When it was last heard of.';
COMMENT ON COLUMN alerts.last_firing_at IS 'When it was last told as firing; NULL where it never was.';
COMMENT ON COLUMN alerts.resolved_received_at IS 'When it was last told as resolved; NULL where it never was.';
COMMENT ON COLUMN alerts.deliveries IS 'How many messages told it; no digest shows it.';
COMMENT ON COLUMN alerts.capture_window_id IS 'The window in which it was first heard of; NULL outside of all.';

COMMENT ON TABLE digests IS
    'A row for each digest that was claimed: who makes it, what it told, how its delivery went.';
COMMENT ON COLUMN digests.id IS 'What history prints and what show and resend take.';
COMMENT ON COLUMN digests.capture_window_id IS 'The window that it tells; NULL for a free period.';
COMMENT ON COLUMN digests.kind IS 'scheduled: one for each window. adhoc: on request.';
COMMENT ON COLUMN digests.state IS
    'claimed: being made. sending: the card is ready and may have been posted. sent. failed: to be tried again.';
COMMENT ON COLUMN digests.run_id IS 'The run of the program that holds the claim.';
COMMENT ON COLUMN digests.attempt IS 'How often it was claimed.';
COMMENT ON COLUMN digests.lease_until IS 'Until then the claim is respected.';
COMMENT ON COLUMN digests.possible_repeat IS
    'Whether an earlier try may have reached the channel, which the card then says.';
COMMENT ON COLUMN digests.period_start IS 'When the period begins that it tells.';
COMMENT ON COLUMN digests.period_end IS 'When that ends; not part of it.';
COMMENT ON COLUMN digests.cut_off IS 'The moment for which its facts were read.';
COMMENT ON COLUMN digests.generated_at IS 'When the card was ready.';
COMMENT ON COLUMN digests.sent_at IS 'When the card was accepted; NULL where it was not.';
COMMENT ON COLUMN digests.facts IS 'All that the card says, as docs/facts.md tells; secrets are replaced.';
COMMENT ON COLUMN digests.card IS 'The Adaptive Card as it was posted.';
COMMENT ON COLUMN digests.llm_model IS
    'The language model that wrote for it; empty where none answered, NULL where none was asked.';
COMMENT ON COLUMN digests.prompt_tokens IS 'Tokens that the model read.';
COMMENT ON COLUMN digests.completion_tokens IS 'Tokens that the model wrote.';
COMMENT ON COLUMN digests.raw_prompt IS 'What the model was asked; secrets are replaced.';
COMMENT ON COLUMN digests.raw_response IS 'What it answered.';
COMMENT ON COLUMN digests.teams_message_id IS 'The run of the workflow that took the card, where its answer said so.';
COMMENT ON COLUMN digests.delivery_status IS 'pending, sent or failed.';
COMMENT ON COLUMN digests.delivery_detail IS 'What the workflow answered, in a sentence.';
COMMENT ON COLUMN digests.llm_seconds IS 'Seconds that the model took.';
COMMENT ON COLUMN digests.llm_verdicts IS 'What the verifier did not let pass, a line each.';
COMMENT ON COLUMN digests.job_uid IS 'The UID of the Kubernetes Job that holds the claim; NULL outside of a Job.';

COMMENT ON TABLE digest_alerts IS
    'Which episodes a digest told; the next one knows by it what came late. Without foreign keys, for speed.';
COMMENT ON COLUMN digest_alerts.digest_id IS 'The digest.';
COMMENT ON COLUMN digest_alerts.alert_id IS 'The episode.';
COMMENT ON COLUMN digest_alerts.state IS
    'What the digest told of it: firing, stale, resolved, or why it was set aside (heartbeat, excluded).';
COMMENT ON COLUMN digest_alerts.late IS
    'Whether it belongs to an earlier period and was told of too late for its digest.';

COMMENT ON TABLE webhook_deliveries IS 'A row for each webhook that was kept.';
COMMENT ON COLUMN webhook_deliveries.id IS 'In the order of arrival.';
COMMENT ON COLUMN webhook_deliveries.received_at IS 'When it came.';
COMMENT ON COLUMN webhook_deliveries.source IS 'Who sent it, by its token or user.';
COMMENT ON COLUMN webhook_deliveries.receiver IS 'The receiver of Alertmanager that it named.';
COMMENT ON COLUMN webhook_deliveries.group_key IS 'Alertmanager''s key of the group.';
COMMENT ON COLUMN webhook_deliveries.status IS 'Of the group, as it was sent: firing or resolved.';
COMMENT ON COLUMN webhook_deliveries.n_alerts IS 'Alerts in it, the bad ones among them.';
COMMENT ON COLUMN webhook_deliveries.n_rejected IS 'Alerts that went to the quarantine.';
COMMENT ON COLUMN webhook_deliveries.n_truncated IS 'Alerts that the sender says it left out.';
COMMENT ON COLUMN webhook_deliveries.n_discarded IS
    'New episodes that were dropped because no capture window was open.';

COMMENT ON TABLE ingest_quarantine IS
    'Alerts and bodies that could not be read, or that the database refused, as they came.';
COMMENT ON COLUMN ingest_quarantine.id IS 'In the order of arrival.';
COMMENT ON COLUMN ingest_quarantine.received_at IS 'When it came.';
COMMENT ON COLUMN ingest_quarantine.source IS 'Who sent it, by its token or user.';
COMMENT ON COLUMN ingest_quarantine.reason IS 'What is wrong with it.';
COMMENT ON COLUMN ingest_quarantine.raw IS 'Its first 64 KiB.';
COMMENT ON COLUMN ingest_quarantine.raw_length IS 'How many bytes it had.';

COMMENT ON TABLE metric_totals IS
    'The digest''s figures, added up; the receiver exposes them as metrics. Retention leaves them alone.';
COMMENT ON COLUMN metric_totals.metric IS 'The name of the metric; a summary has one with _sum and one with _count.';
COMMENT ON COLUMN metric_totals.labels IS 'Its labels.';
COMMENT ON COLUMN metric_totals.value IS 'The total, or for a gauge the last value.';

COMMENT ON TABLE cluster_observations IS
    'What snapshots saw of the cluster before it forgot; of one thing by kind and key the latest sight.';
COMMENT ON COLUMN cluster_observations.kind IS
    'What was seen, by the name of its class in the code: Pod, Termination, Rollout, ReplicaCount and so on.';
COMMENT ON COLUMN cluster_observations.key IS 'Names the thing among those of its kind.';
COMMENT ON COLUMN cluster_observations.at IS 'When it happened, or when it was seen.';
COMMENT ON COLUMN cluster_observations.data IS 'What was seen, as JSON.';

COMMENT ON TABLE model_speeds IS
    'How fast a language model was when it was measured: tomorrow''s prompt gets no more than there is time for.';
COMMENT ON COLUMN model_speeds.id IS 'In the order of the measurements.';
COMMENT ON COLUMN model_speeds.model IS 'The model.';
COMMENT ON COLUMN model_speeds.server IS 'The version of the server that ran it.';
COMMENT ON COLUMN model_speeds.threads IS 'Threads that it was given; 0 leaves the choice to the server.';
COMMENT ON COLUMN model_speeds.prefill IS 'Tokens a second of reading.';
COMMENT ON COLUMN model_speeds.generate IS 'Tokens a second of writing.';
COMMENT ON COLUMN model_speeds.chars_per_token IS 'Characters of a token in the prompt.';
COMMENT ON COLUMN model_speeds.measured_at IS 'When.';

COMMENT ON TABLE receiver_minutes IS
    'A row for each minute in which a receiver lived: by it a silence can be believed.';
COMMENT ON COLUMN receiver_minutes.minute IS 'The minute, by its start.';
COMMENT ON COLUMN receiver_minutes.receiver IS 'One process of a receiver; a restart is another.';
COMMENT ON COLUMN receiver_minutes.answers IS 'How many webhooks got which status code.';
COMMENT ON COLUMN receiver_minutes.database_away IS
    'Whether the database took nothing of all that it was asked in this minute.';

COMMENT ON TABLE heartbeat_minutes IS 'A row for each minute in which a heartbeat was told as firing.';
COMMENT ON COLUMN heartbeat_minutes.source IS 'Who told it.';
COMMENT ON COLUMN heartbeat_minutes.fingerprint IS 'Which heartbeat, as in alerts.';
COMMENT ON COLUMN heartbeat_minutes.minute IS 'The minute, by its start.';

COMMENT ON TABLE night_rollups IS
    'What is kept of a told window, longer than its digest, so that later nights can be compared with it.';
COMMENT ON COLUMN night_rollups.window_end IS 'When the window closed, which names it.';
COMMENT ON COLUMN night_rollups.window_start IS 'When it opened.';
COMMENT ON COLUMN night_rollups.timezone IS 'The IANA zone of its local hours.';
COMMENT ON COLUMN night_rollups.received IS 'Whether any webhook came; without one its counts say nothing.';
COMMENT ON COLUMN night_rollups.prometheus IS 'Whether Prometheus was heard; without it the counts are lower bounds.';
COMMENT ON COLUMN night_rollups."groups" IS 'Groups of alerts.';
COMMENT ON COLUMN night_rollups.occurrences IS 'Occurrences of all groups.';
COMMENT ON COLUMN night_rollups.series IS 'Series of all groups.';
COMMENT ON COLUMN night_rollups.firing IS 'Series that still fired.';
COMMENT ON COLUMN night_rollups.stale IS 'Series that fired when they were last heard of, too long ago.';
COMMENT ON COLUMN night_rollups.resolved IS 'Series that had cleared.';
COMMENT ON COLUMN night_rollups.attention IS 'Groups that asked for somebody.';

COMMENT ON TABLE night_rollup_groups IS 'What one group of alerts was in one told window.';
COMMENT ON COLUMN night_rollup_groups.window_end IS 'The window, as in night_rollups.';
COMMENT ON COLUMN night_rollup_groups.group_key IS
    'A hash of source, cluster, alertname, severity and namespace; an index refuses long labels.';
COMMENT ON COLUMN night_rollup_groups.source IS 'Who sent it.';
COMMENT ON COLUMN night_rollup_groups.cluster IS
    'Its cluster, by the label that CLUSTER_LABEL names; empty without one.';
COMMENT ON COLUMN night_rollup_groups.alertname IS 'The rule.';
COMMENT ON COLUMN night_rollup_groups.severity IS 'As it was sent.';
COMMENT ON COLUMN night_rollup_groups.namespace IS 'Where; empty where it names none.';
COMMENT ON COLUMN night_rollup_groups.level IS 'The severity as the digest ranks it.';
COMMENT ON COLUMN night_rollup_groups.attention IS 'Whether it asked for somebody.';
COMMENT ON COLUMN night_rollup_groups.occurrences IS 'How often it fired.';
COMMENT ON COLUMN night_rollup_groups.series IS 'How many series fired.';
COMMENT ON COLUMN night_rollup_groups.firing_seconds IS 'Seconds in which at least one of them fired.';
COMMENT ON COLUMN night_rollup_groups.first_seen IS 'When the first one began, within the window.';
COMMENT ON COLUMN night_rollup_groups.last_seen IS 'When the last one ended, or was last heard of.';
COMMENT ON COLUMN night_rollup_groups.hours IS
    'Local hours in which it fired, a bit each (bit 0: from 00:00 to 01:00); NULL where that is not known.';

COMMENT ON TABLE alert_samples IS
    'What an Alertmanager had of each rule at one moment, which no webhook tells of what is silenced.';
COMMENT ON COLUMN alert_samples.at IS 'When it was asked.';
COMMENT ON COLUMN alert_samples.source IS 'The source whose alerts these are; empty where that is not known.';
COMMENT ON COLUMN alert_samples.cluster IS 'Their cluster.';
COMMENT ON COLUMN alert_samples.alertname IS 'The rule.';
COMMENT ON COLUMN alert_samples.severity IS 'As Alertmanager has it.';
COMMENT ON COLUMN alert_samples.firing IS 'Series that fired.';
COMMENT ON COLUMN alert_samples.silenced IS 'How many of them were silenced.';
COMMENT ON COLUMN alert_samples.inhibited IS 'How many of them were inhibited.';

COMMENT ON TABLE schema_migrations IS 'Which migrations were applied.';
COMMENT ON COLUMN schema_migrations.version IS 'The number of the migration.';
COMMENT ON COLUMN schema_migrations.name IS 'Its name.';
COMMENT ON COLUMN schema_migrations.applied_at IS 'When.';
