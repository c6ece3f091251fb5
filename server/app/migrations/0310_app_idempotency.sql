-- Answers to writes that carried an Idempotency-Key, stored in the same transaction as their effect.
CREATE TABLE app_idempotency (
  -- whose key: a<account>, or p for the public
  scope @TEXT@ NOT NULL,
  -- the client's key
  key @TEXT@ NOT NULL,
  -- SHA-256 of method, path and body
  request @BLOB@ NOT NULL,
  -- HTTP status of the first answer
  status @INT@ NOT NULL,
  -- body of the first answer
  answer @TEXT@ NOT NULL,
  -- when, Unix milliseconds; kept for 60 days
  at_ms @INT@ NOT NULL,
  PRIMARY KEY (scope, key)
);
CREATE INDEX app_idempotency_at ON app_idempotency (at_ms);
