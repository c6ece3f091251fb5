-- Receipts of those who joined a matter that somebody else had reported. The column comes at the end of the row: older seals keep verifying.
-- which voice of the case; absent: who reported it first
ALTER TABLE portal_report ADD COLUMN voice @INT@;
