-- Sources: their health, quota and cache.
SELECT 1;
