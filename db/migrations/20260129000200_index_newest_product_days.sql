-- migrate:up
-- The list of products' days over all stores, newest first: without it a page of 50 sorted every row of the range.
create index product_performance_newest_first on product_performance (day desc, store_id, product_id);

-- migrate:down
drop index product_performance_newest_first;
