-- Many voices: similar cases, further reports, who was told, what was merged.

-- Open cases in nine squares around a position (see case_case_near), newest first.
-- query case_near(y0 int, y1 int, y2 int, x0 int, x1 int, x2 int, since int, limit int) -> many CaseRow
SELECT {c.CaseRow}
FROM case_case c
WHERE NOT c.final AND c.lat_e7 / 40000 IN (:y0, :y1, :y2) AND c.lon_e7 / 40000 IN (:x0, :x1, :x2) AND c.created_ms >= :since
ORDER BY c.id DESC LIMIT :limit;

-- row CaseVoiceRow: case_id int, n int, at_ms int, channel int, account int?, text text?, photos text, name_sealed blob?,
--   phone_sealed blob?, phone_mac blob?
-- row CaseVoiceLast: n int

-- Holds the row until the transaction ends, so that numbers of voices are given one after the other.
-- query case_voice_count(id int) -> opt CaseRow
UPDATE case_case SET voices = voices + 1 WHERE id = :id AND NOT final
RETURNING {CaseRow};

-- query case_voice_last(case_id int) -> one CaseVoiceLast
SELECT COALESCE(MAX(n), 1) FROM case_voice WHERE case_id = :case_id;

-- query case_voice_add(case_id int, n int, at_ms int, channel int, account int?, text text?, photos text, name_sealed blob?,
--   phone_sealed blob?, phone_mac blob?) -> one CaseVoiceRow
INSERT INTO case_voice (case_id, n, at_ms, channel, account, text, photos, name_sealed, phone_sealed, phone_mac)
VALUES (:case_id, :n, :at_ms, :channel, :account, :text, :photos, :name_sealed, :phone_sealed, :phone_mac)
RETURNING {CaseVoiceRow};

-- query case_voices(case_id int, limit int) -> many CaseVoiceRow
SELECT {CaseVoiceRow} FROM case_voice WHERE case_id = :case_id ORDER BY n LIMIT :limit;

-- query case_voice_at(case_id int, n int) -> opt CaseVoiceRow
SELECT {CaseVoiceRow} FROM case_voice WHERE case_id = :case_id AND n = :n;

-- query case_voice_with_photo(case_id int, sha256 text) -> many CaseVoiceLast
SELECT n FROM case_voice WHERE case_id = :case_id AND photos LIKE '%,' || CAST(:sha256 AS TEXT) || ',%' LIMIT 1;

-- query case_voice_all() -> each CaseVoiceRow
SELECT {CaseVoiceRow} FROM case_voice ORDER BY case_id, n;

-- row CaseToldRow: case_id int, n int, at_ms int, account int, name text

-- query case_told_add(case_id int, n int, at_ms int, account int, name text) -> opt CaseToldRow
INSERT INTO case_told (case_id, n, at_ms, account, name) VALUES (:case_id, :n, :at_ms, :account, :name)
ON CONFLICT DO NOTHING
RETURNING {CaseToldRow};

-- query case_told(case_id int) -> many CaseToldRow
SELECT {CaseToldRow} FROM case_told WHERE case_id = :case_id ORDER BY n, at_ms;

-- query case_told_all() -> each CaseToldRow
SELECT {CaseToldRow} FROM case_told ORDER BY case_id, n, at_ms;

-- query case_merged_of(main int, limit int) -> many CaseRow
SELECT {c.CaseRow}
FROM case_case c WHERE c.merged_into = :main ORDER BY c.id LIMIT :limit;

-- Waits for who is changing the case, so that what is read next is what will be there.
-- query case_hold(id int) -> opt CaseNewId
-- sqlite:
SELECT id FROM case_case WHERE id = :id;
-- postgres:
SELECT id FROM case_case WHERE id = :id FOR UPDATE;
