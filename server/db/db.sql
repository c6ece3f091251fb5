-- row DbCountRow: n int
-- row DbMigrationRow: module text, name text, checksum text

-- Tables of this schema that no extension owns.
-- query db_table_count() -> one DbCountRow
-- sqlite:
SELECT count(*) FROM sqlite_master WHERE type = 'table' AND substr(name, 1, 7) <> 'sqlite_';
-- postgres:
SELECT count(*) FROM pg_class c JOIN pg_namespace s ON s.oid = c.relnamespace
WHERE s.nspname = current_schema() AND c.relkind IN ('r', 'p')
  AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e');

-- 1 when the table of migrations is there.
-- query db_has_migrations() -> one DbCountRow
-- sqlite:
SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = 'db_migration';
-- postgres:
SELECT count(*) FROM pg_class c JOIN pg_namespace s ON s.oid = c.relnamespace
WHERE s.nspname = current_schema() AND c.relkind = 'r' AND c.relname = 'db_migration';

-- query db_migrations_applied() -> many DbMigrationRow
SELECT module, name, checksum FROM db_migration ORDER BY name;

-- query db_migration_insert(module text, name text, checksum text, now int) -> exec
INSERT INTO db_migration (module, name, checksum, applied_ms) VALUES (:module, :name, :checksum, :now);

-- A real write, so that readiness knows of a full disk or a standby.
-- query db_ping_touch(now int) -> exec
UPDATE db_ping SET at_ms = :now WHERE id = 1;

-- query db_ping_read() -> one DbCountRow
SELECT at_ms FROM db_ping WHERE id = 1;
