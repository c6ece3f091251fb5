-- Voice notes and videos beside photos.
-- media type of the upload; absent: a photo (image/jpeg)
ALTER TABLE case_photo ADD COLUMN type @TEXT@;
