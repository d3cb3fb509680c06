-- migrate:up
-- Chats may be told of days that are not what Shopify says.
alter table alerts drop constraint kind_is_known, add constraint kind_is_known check (
  kind in ('morning', 'weekly', 'order_loss', 'refund', 'spend_without_sales', 'negative_cm3', 'margin_drop', 'reconciliation', 'failure'));

-- migrate:down
delete from alerts where kind = 'reconciliation';
alter table alerts drop constraint kind_is_known, add constraint kind_is_known check (
  kind in ('morning', 'weekly', 'order_loss', 'refund', 'spend_without_sales', 'negative_cm3', 'margin_drop', 'failure'));
