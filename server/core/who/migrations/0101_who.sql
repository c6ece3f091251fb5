-- People who can sign in. Sealed by the chained log.
CREATE TABLE who_account (
  id @ID@,                            -- number of the account
  login @TEXT@ NOT NULL UNIQUE,       -- what they type, lower case
  name @TEXT@ NOT NULL,               -- their own name
  phone @TEXT@,                       -- duty phone, digits
  duty_hours @TEXT@,                  -- when they are on duty, for people to read
  disabled @BOOL(disabled)@ NOT NULL, -- may not sign in any more
  created_ms @INT@ NOT NULL,          -- when it was made, Unix milliseconds
  version @INT@ NOT NULL              -- counts changes of the account and of its posts
) @STRICT@;

-- Passwords, the newest of an account is the one that counts; five are kept so that none of them is taken again. Sealed.
CREATE TABLE who_secret (
  id @ID@,                                  -- number; rises within an account
  account_id @INT@ NOT NULL REFERENCES who_account (id), -- whose
  hash @TEXT@ NOT NULL,                     -- Argon2id, encoded with its parameters and salt
  since_ms @INT@ NOT NULL,                  -- set when, Unix milliseconds; it expires
  must_change @BOOL(must_change)@ NOT NULL, -- set by somebody else: to be changed at the next sign-in
  shared @BOOL(shared)@ NOT NULL            -- a demonstration's password that many accounts have
) @STRICT@;

CREATE INDEX who_secret_account ON who_secret (account_id, id);

-- A role on a place, in a department, or for the whole installation. Never deleted, only ended. Sealed.
CREATE TABLE who_post (
  id @ID@,                     -- number of the post
  account_id @INT@ NOT NULL REFERENCES who_account (id), -- who holds it
  role @TEXT@ NOT NULL,        -- name of a role of the contract
  place @CODE@ NOT NULL,       -- everything below this place code; empty for departments and administrators
  department @CODE@ NOT NULL,  -- department code; empty for the others
  since_ms @INT@ NOT NULL,     -- from when, Unix milliseconds
  until_ms @INT@               -- ended when; null while held
) @STRICT@;

CREATE INDEX who_post_account ON who_post (account_id);

CREATE INDEX who_post_place ON who_post (place, role) WHERE until_ms IS NULL;

CREATE INDEX who_post_department ON who_post (department) WHERE until_ms IS NULL;

CREATE UNIQUE INDEX who_post_held ON who_post (account_id, role, place, department) WHERE until_ms IS NULL;

-- Sign-ins. Only the SHA-256 of a token is stored. Rows are kept for a while after their end.
CREATE TABLE who_session (
  id @ID@,                             -- number of the session
  token_hash @BLOB@ NOT NULL UNIQUE,   -- SHA-256 of the token
  account_id @INT@ NOT NULL REFERENCES who_account (id), -- whose
  opened_ms @INT@ NOT NULL,            -- signed in when, Unix milliseconds
  seen_ms @INT@ NOT NULL,              -- last used, to the minute
  idle_ms @INT@ NOT NULL,              -- ends when not used for so long
  ends_ms @INT@ NOT NULL,              -- ends then in any case
  ended_ms @INT@,                      -- signed out or closed when
  address @TEXT@                       -- client address at sign-in
) @STRICT@;

CREATE INDEX who_session_account ON who_session (account_id);

-- Wrong passwords by login, of unknown logins too: whether an account exists cannot be told from how it locks.
CREATE TABLE who_guard (
  login_hash @TEXT@ NOT NULL PRIMARY KEY, -- SHA-256 of the login; people type passwords there by mistake
  failures @INT@ NOT NULL,                -- wrong passwords in a row
  failed_ms @INT@ NOT NULL,               -- the last one, Unix milliseconds
  locked_until_ms @INT@ NOT NULL          -- locked until then; 0 not locked
) @STRICT@;

-- For other modules: which places an account covers, as a range of codes.
CREATE VIEW v_who_scope AS
SELECT p.account_id, p.place AS lo, p.place || ':' AS hi
FROM who_post p JOIN who_account a ON a.id = p.account_id
WHERE p.until_ms IS NULL AND p.place <> '' AND NOT a.disabled;

-- For other modules: posts, held and ended, with what colleagues may know of the holder.
CREATE VIEW v_who_post AS
SELECT p.id, p.account_id, p.role, p.place, p.department, p.since_ms, p.until_ms, a.name, a.phone, a.duty_hours
FROM who_post p JOIN who_account a ON a.id = p.account_id
WHERE NOT a.disabled;

-- For other modules: accounts without anything that belongs to signing in.
CREATE VIEW v_who_account AS
SELECT id, name, phone, duty_hours, disabled FROM who_account;
