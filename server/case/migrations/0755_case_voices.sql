-- One matter, many voices: reports of the same thing follow one case, merged cases go on in it, and everybody is answered.
-- A further report of a case that was there already. The case's own reporter is number 1 and stands in case_reporter.
CREATE TABLE case_voice (
  -- the case that it tells of
  case_id @INT@ NOT NULL,
  -- counts from 2
  n @INT@ NOT NULL,
  -- when, Unix milliseconds
  at_ms @INT@ NOT NULL,
  -- how it came: CaseChannel
  channel @INT@ NOT NULL,
  -- account that took it down; absent: the resident did
  account @INT@,
  -- their own words
  text @TEXT@,
  -- photos, voice notes, videos: ",sha256,sha256,"; empty: none
  photos @TEXT@ NOT NULL,
  -- the name, sealed for case_voice/ID/N/name
  name_sealed @BLOB@,
  -- the telephone, sealed for case_voice/ID/N/phone
  phone_sealed @BLOB@,
  -- HMAC-SHA-256 of the telephone under the data key
  phone_mac @BLOB@,
  PRIMARY KEY (case_id, n)
) @STRICT@;
CREATE INDEX case_voice_phone ON case_voice (phone_mac) WHERE phone_mac IS NOT NULL;

-- Who was told how it ended by somebody, for reporters who cannot look it up themselves.
CREATE TABLE case_told (
  -- the case that they reported
  case_id @INT@ NOT NULL,
  -- 1 the case's own reporter, else the voice
  n @INT@ NOT NULL,
  -- when, Unix milliseconds
  at_ms @INT@ NOT NULL,
  -- account that told them
  account @INT@ NOT NULL,
  -- its name then
  name @TEXT@ NOT NULL,
  PRIMARY KEY (case_id, n, at_ms)
) @STRICT@;

-- Open cases near a position: squares of 0.004° (some 440 m), of which nine are looked at.
CREATE INDEX case_case_near ON case_case ((lat_e7 / 40000), (lon_e7 / 40000), id) WHERE NOT final;
-- Only those that were merged pay for it.
CREATE INDEX case_case_merged ON case_case (merged_into) WHERE merged_into IS NOT NULL;
