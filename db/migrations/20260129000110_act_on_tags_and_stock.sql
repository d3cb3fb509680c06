-- migrate:up
alter table action_limits drop constraint kind_is_known;
alter table action_limits add constraint kind_is_known check (
  kind in ('refund', 'cancel', 'address', 'note', 'tag', 'price', 'inventory', 'unit_cost', 'tracking_mail'));
insert into action_limits (kind, max_per_day) values ('tag', 100), ('inventory', 50);

-- migrate:down
delete from actions where kind in ('tag', 'inventory');
delete from action_limits where kind in ('tag', 'inventory');
alter table action_limits drop constraint kind_is_known;
alter table action_limits add constraint kind_is_known check (
  kind in ('refund', 'cancel', 'address', 'note', 'price', 'unit_cost', 'tracking_mail'));
