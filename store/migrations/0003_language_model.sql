-- What the model did for a digest, and how fast each model was, so that the next prompt fits its time.

ALTER TABLE digests
    ADD COLUMN llm_seconds double precision,
    ADD COLUMN llm_verdicts text;

CREATE TABLE model_speeds (
    id              bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    model           text NOT NULL,
    server          text NOT NULL,
    threads         integer NOT NULL,
    prefill         double precision NOT NULL,
    generate        double precision NOT NULL,
    chars_per_token double precision NOT NULL,
    measured_at     timestamptz NOT NULL
);
CREATE INDEX model_speeds_model ON model_speeds (model, server, threads, measured_at DESC);
