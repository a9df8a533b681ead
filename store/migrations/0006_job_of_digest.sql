-- Which Job holds a claim: its next pod may take the claim over without waiting for the lease.

ALTER TABLE digests ADD COLUMN job_uid text;
