-- A change of the next release, in the only way that is allowed: it adds.
ALTER TABLE alerts ADD COLUMN next_release text;
