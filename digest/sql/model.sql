-- block: speeds
SELECT prefill, generate, chars_per_token FROM model_speeds
WHERE model = %(model)s AND server = %(server)s AND threads = %(threads)s
ORDER BY measured_at DESC LIMIT %(runs)s;

-- block: keep_speed
INSERT INTO model_speeds (model, server, threads, prefill, generate, chars_per_token, measured_at)
VALUES (%(model)s, %(server)s, %(threads)s, %(prefill)s, %(generate)s, %(chars_per_token)s, %(now)s);

-- block: forget_speeds
DELETE FROM model_speeds WHERE measured_at < %(now)s::timestamptz - interval '90 days';

-- block: keep_record
UPDATE digests SET llm_model = %(model)s, prompt_tokens = %(prompt_tokens)s, completion_tokens = %(answer_tokens)s,
    raw_prompt = %(prompt)s, raw_response = %(answer)s, llm_seconds = %(seconds)s, llm_verdicts = %(verdicts)s
WHERE id = %(id)s AND run_id = %(run)s AND attempt = %(attempt)s;
