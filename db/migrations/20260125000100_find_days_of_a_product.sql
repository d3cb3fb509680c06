-- migrate:up
-- The page of a product and its trend ask for its days only: with 50,000 products the primary key reads those of all others as well.
create index product_performance_by_product on product_performance (product_id, day);

-- migrate:down
drop index product_performance_by_product;
