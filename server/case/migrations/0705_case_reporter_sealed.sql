-- Name and telephone of a reporter sealed with the data key (core/vault). The plain columns stay for rows of before: the next start
-- seals those and empties them; phone_mac becomes the HMAC-SHA-256 under the data key.
-- the name, sealed for case_reporter/ID/name
ALTER TABLE case_reporter ADD COLUMN name_sealed @BLOB@;
-- the telephone, sealed for case_reporter/ID/phone
ALTER TABLE case_reporter ADD COLUMN phone_sealed @BLOB@;
