-- row AppAnswer: request blob, status int, answer text

-- query app_answer(scope text, key text) -> opt AppAnswer
SELECT request, status, answer FROM app_idempotency WHERE scope = :scope AND key = :key;

-- Two requests with one key at once: on PostgreSQL the later one meets a row that its snapshot does not know, is run again and
-- then finds the first answer. A plain INSERT would fail there.
-- query app_answer_add(scope text, key text, request blob, status int, answer text, now int) -> exec
INSERT INTO app_idempotency (scope, key, request, status, answer, at_ms)
VALUES (:scope, :key, :request, :status, :answer, :now)
ON CONFLICT (scope, key) DO NOTHING;

-- Without a look beforehand: the second of two requests with one key fails here, and finds the first one's answer then.
-- query app_answer_first(scope text, key text, request blob, status int, answer text, now int) -> exec
INSERT INTO app_idempotency (scope, key, request, status, answer, at_ms)
VALUES (:scope, :key, :request, :status, :answer, :now);

-- query app_answer_purge(before int) -> exec
DELETE FROM app_idempotency WHERE at_ms < :before;
