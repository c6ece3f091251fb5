-- Stored files by kind, name and edition.

-- row SettingFile: edition int, content text
-- row SettingRow: kind text, name text, edition int, content text, added_ms int, digest text
-- row SettingNameRow: name text, edition int

-- query setting_newest(kind text, name text) -> opt SettingFile
SELECT edition, content FROM setting_file WHERE kind = :kind AND name = :name ORDER BY edition DESC LIMIT 1;

-- query setting_of_edition(kind text, name text, edition int) -> opt SettingFile
SELECT edition, content FROM setting_file WHERE kind = :kind AND name = :name AND edition = :edition;

-- row SettingEditionRow: edition int, added_ms int, digest text, content text
-- query setting_editions(kind text, name text) -> many SettingEditionRow
SELECT {SettingEditionRow} FROM setting_file WHERE kind = :kind AND name = :name ORDER BY edition;

-- query setting_names(kind text) -> many SettingNameRow
SELECT name, max(edition) AS edition FROM setting_file WHERE kind = :kind GROUP BY name ORDER BY name;

-- Two processes or workers at once: on PostgreSQL the later one meets a row that its snapshot does not know and is run again.
-- query setting_add(kind text, name text, edition int, content text, added_ms int, digest text) -> one SettingRow
INSERT INTO setting_file (kind, name, edition, content, added_ms, digest)
VALUES (:kind, :name, :edition, :content, :added_ms, :digest)
ON CONFLICT (kind, name, edition) DO NOTHING
RETURNING {SettingRow};

-- query setting_all() -> each SettingRow
SELECT {SettingRow} FROM setting_file ORDER BY kind, name, edition;
