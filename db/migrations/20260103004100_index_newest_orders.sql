-- migrate:up
-- The lists of orders and of ad spend over all stores, newest first, read from the index.
create index orders_newest_first on orders (business_day desc, id desc);
create index ad_spend_newest_first on ad_spend (day desc, id desc);

-- migrate:down
drop index ad_spend_newest_first;
drop index orders_newest_first;
