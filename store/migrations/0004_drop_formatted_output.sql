-- The card that was sent is in the column "card"; a second copy of it was never written.

ALTER TABLE digests DROP COLUMN formatted_output;
